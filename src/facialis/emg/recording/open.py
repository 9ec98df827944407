"""Open a recording by what it holds; what is no recording is refused by its name, with what would help."""

from __future__ import annotations

import re
from pathlib import Path

from facialis.emg.recording.brainvision import BrainVision
from facialis.emg.recording.channels import given_unit
from facialis.emg.recording.edf import Edf
from facialis.emg.recording.files import File
from facialis.emg.recording.model import Recording, RecordingError
from facialis.emg.recording.montage import Montage
from facialis.emg.recording.physionet import Wfdb
from facialis.emg.recording.table import CsvTable

_HEAD = 4096

_EXPORT = "export the recording as EDF+ or CSV"

_KNOWN = (
    (0, b"MATLAB ", "a MATLAB file", _EXPORT),
    (0, b"\x89HDF", "an HDF5 or MATLAB file", _EXPORT),
    (0, b"\x93NUMPY", "a NumPy array", "save it as CSV with a header line, # rate_hz and # unit"),
    (0, b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "save the table as CSV"),
    (0, b"PK\x03\x04", "a zip archive or an Excel file", "unpack it, or save the table as CSV"),
    (0, b"\x1f\x8b", "a gzip archive", "unpack it"),
    (0, b"7z\xbc\xaf", "an archive", "unpack it"),
    (0, b"Rar!", "an archive", "unpack it"),
    (0, b"{", "JSON, such as a result", "give the recording that it was made from"),
    (0, b"%PDF", "a PDF", "give the recording, not its report"),
    (0, b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (0, b"\xfe\xff", "text in UTF-16", "save it as UTF-8"),
    (0, b"GDF ", "a GDF file", _EXPORT),
    (0, b"XDF:", "an XDF file", _EXPORT),
    (0, b"ABF", "an Axon file", _EXPORT),
    (0, b"TDSm", "a LabVIEW file", _EXPORT),
    (0, b"RIFF", "a sound or a film", _EXPORT),
    (0, b"fLaC", "packed sound", "give the .hea file beside it, if there is one"),
    (4, b"ftyp", "a film", "give it to `facialis video`"),
    (128, b"DICM", "a DICOM file", _EXPORT),
)

_READ = "EDF, EDF+, BDF, BrainVision (.vhdr), CSV and WFDB (.hea) are read"


def open_recording(
    path: Path | str,
    *,
    montage: Path | str | Montage | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
) -> Recording:
    """Open a recording of electrodes.

    Parameters
    ----------
    path : Path
        An EDF, EDF+, BDF, CSV, BrainVision (.vhdr) or WFDB (.hea) file; told apart by what it holds.
    montage : Path or Montage, optional
        Which channel lies on which muscle of which side; by the labels when not given.
    rate_hz : float, optional
        Samples a second of a table that does not state it.
    unit : str, optional
        Unit of voltage of channels for which the file states none.

    Returns
    -------
    Recording
        Close it, or use it in a ``with`` statement.

    Raises
    ------
    RecordingError
        If it cannot be read, in one line: what, where, what to do.
    DocumentError
        If the montage is not what it should be.
    """
    given_unit(unit)
    if rate_hz is not None and not 0 < rate_hz < 1e7:
        raise RecordingError(f"a sampling rate of {rate_hz:g} Hz is none; give --rate-hz in samples a second")
    placed = Montage.read(Path(montage)) if isinstance(montage, (str, Path)) else montage
    file = File(Path(path))
    try:
        return _reader(file, placed, rate_hz, unit)
    except BaseException:
        file.close()
        raise


def _reader(file: File, montage: Montage | None, rate_hz: float | None, unit: str | None) -> Recording:
    """Return the reader for what a file holds."""
    head = file.read(0, _HEAD)
    if not head:
        raise RecordingError(f"{file.name}: is empty; copy it again from where it was recorded")
    for at, mark, what, do in _KNOWN:
        if head[at:].startswith(mark):
            raise RecordingError(f"{file.name}: is {what}; {do}")
    if _is_edf(head):
        return Edf(file, montage, unit)
    if _BRAINVISION.match(head):
        return BrainVision(file, montage, unit)
    if _is_wfdb(file, head):
        return Wfdb(file, montage, unit)
    beside = _beside(file)
    if beside:
        raise RecordingError(f"{file.name}: is a part of a recording; give {beside}, which says how to read it")
    if _is_text(head):
        return CsvTable(file, montage, rate_hz, unit)
    raise RecordingError(f"{file.name}: is no recording that Facialis knows; {_READ}")


_BRAINVISION = re.compile(rb"(?:\xef\xbb\xbf)?\s*Brain ?Vision Data Exchange Header File", re.IGNORECASE)


_RECORD = re.compile(rb"\s*(?:#[^\n]*\s+)*[\w-]+(?:/\d+)? +\d+( +[\d.eE+-]+(?:/\S+)?)?( +\d+)?[^\n,;]*\r?(?:\n|$)")


def _is_wfdb(file: File, head: bytes) -> bool:
    """Say whether a file is a WFDB header: by its name and its first line, since other tables begin like it."""
    return file.path.suffix.lower() == ".hea" and bool(_RECORD.match(head))


def _beside(file: File) -> str:
    """Return the name of the header that a file of samples or markers belongs to; empty where there is none."""
    for suffix, of in ((".vhdr", (".eeg", ".vmrk", ".dat")), (".hea", (".dat", ".mat"))):
        header = file.path.with_suffix(suffix)
        if file.path.suffix.lower() in of and header.is_file():
            return header.name
    return ""


def _is_text(head: bytes) -> bool:
    """Say whether a file begins with text: no byte that text does not hold."""
    return not head.translate(None, bytes([*range(32, 256), *b"\t\n\r\f"]))


def _is_edf(head: bytes) -> bool:
    """Say whether a file begins as EDF or BDF does."""
    return head.startswith(b"\xffBIOSEMI") or bool(re.match(rb"0[ \0]{7}", head))
