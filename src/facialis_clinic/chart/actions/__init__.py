"""What is done with the chart: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.chart.actions.assessing import assess_now
from facialis_clinic.chart.actions.looking import seen
from facialis_clinic.chart.actions.releasing import release, withdraw
from facialis_clinic.chart.actions.remarking import put_down, take_back

__all__ = ["assess_now", "put_down", "release", "seen", "take_back", "withdraw"]
