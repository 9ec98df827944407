"""The rules of the front desk: pure functions over plain facts. No web, no database, no clock."""
