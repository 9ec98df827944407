"""Write the landmarks that ours are compared with: MediaPipe 0.10.21's FaceMesh on two portraits in the public domain.

FaceMesh in static image mode without refinement runs the nets that Facialis runs: the short-range detector and the
468-point mesh. Runs in an environment of its own (NumPy 1)::

    .venv-parity/bin/python benchmarks/peers/make_parity.py
"""

from __future__ import annotations

import importlib.util
import json
import os
from importlib import metadata
from pathlib import Path
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "3")

import matplotlib
import numpy as np
from mediapipe.python.solution_base import SolutionBase
from PIL import Image

# What solutions.face_mesh.FaceMesh(static_image_mode=True) runs, with the steps between made visible.
GRAPH = "mediapipe/modules/face_landmark/face_landmark_front_cpu.binarypb"
SETTINGS = {"num_faces": 1, "with_attention": False, "use_prev_landmarks": False}
OUTPUTS = ["multi_face_landmarks", "face_detections", "face_rects_from_detections"]
RESULT = Path(__file__).resolve().parents[2] / "tests" / "facialis" / "face" / "parity_landmarks.json"


def portraits() -> dict[str, Path]:
    """Return the two portraits; the libraries that ship them are installed on both sides of the comparison."""
    scikit = importlib.util.find_spec("skimage")
    assert scikit is not None
    assert scikit.origin is not None
    return {
        "grace_hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        "astronaut": Path(scikit.origin).parent / "data" / "astronaut.png",
    }


def look(path: Path) -> dict[str, Any]:
    """Return what MediaPipe sees of the face in a picture, in pixels (0 is the middle of the first pixel).

    ``roi`` is the square that its mesh net is shown: centre x, y, side, and angle in radians from x towards y. With it
    the mesh can be compared on the same square, apart from how the face was found.
    """
    picture = np.ascontiguousarray(Image.open(path).convert("RGB"), dtype=np.uint8)
    height, width = picture.shape[:2]
    with SolutionBase(binary_graph_path=GRAPH, side_inputs=SETTINGS, outputs=OUTPUTS) as graph:
        found = graph.process(input_data={"image": picture})
    detection, roi = found.face_detections[0], found.face_rects_from_detections[0]
    box, eyes = detection.location_data.relative_bounding_box, detection.location_data.relative_keypoints[:2]
    points = found.multi_face_landmarks[0].landmark
    return {
        "width": width,
        "height": height,
        "detection": {
            "box": rounded(box.xmin * width, box.ymin * height, box.width * width, box.height * height),
            "eyes": [rounded(eye.x * width, eye.y * height) for eye in eyes],
            "score": round(detection.score[0], 4),
        },
        "roi": [*rounded(roi.x_center * width, roi.y_center * height, roi.width * width), round(roi.rotation, 5)],
        "points": [rounded(point.x * width, point.y * height) for point in points],
    }


def rounded(*numbers: float) -> list[float]:
    """Return pixels to a thousandth."""
    return [round(number, 3) for number in numbers]


def main() -> None:
    """Write the landmarks, one face a line."""
    result = {
        "software": f"MediaPipe {metadata.version('mediapipe')}, face mesh graph, static image mode, 468 points",
        "unit": "px",
        "faces": {name: look(path) for name, path in portraits().items()},
    }
    text = json.dumps(result, separators=(",", ":"))
    RESULT.write_text(text.replace('"faces":', '\n"faces":').replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
