// The camera: opened without sound, and made smaller where its pictures come too slowly.
const SIZES = [[1280, 720], [960, 540], [640, 480]];
// MP4 first: as VP8 the same camera gives fewer pictures, unevenly.
const FORMATS = ["video/mp4;codecs=avc1.64001F", "video/mp4;codecs=avc1.42E01F", "video/mp4;codecs=avc1", "video/mp4",
  "video/webm;codecs=h264", "video/webm;codecs=vp8", "video/webm"];
const TROUBLE = {
  NotAllowedError: "The camera was not allowed. Allow it in your browser (the sign beside the address), and start again.",
  NotFoundError: "No camera was found on this device.",
  NotReadableError: "Another program uses the camera. Close it, and start again.",
  OverconstrainedError: "This camera cannot film as it is needed here.",
};

export const format = () => FORMATS.find((one) => MediaRecorder.isTypeSupported(one));

export const able = () => {
  if (!window.isSecureContext) return "A browser films only over a safe connection (https).";
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder || !format()) return "This browser cannot film. Use a newer one.";
  return "";
};

export const whatIsWrong = (error) => TROUBLE[error.name] || "The camera could not be started. Try again, or another browser.";

export class Camera {
  static async open() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: SIZES[0][0] }, height: { ideal: SIZES[0][1] }, frameRate: { ideal: 30 } },
    });
    return new Camera(stream);
  }

  constructor(stream) {
    this.stream = stream;
    [this.track] = stream.getVideoTracks();
    this.size = 0;
  }

  show(video) {
    video.srcObject = this.stream;
    return video.play().catch(() => {});
  }

  // Asks for the next smaller size; false where there is none.
  async smaller() {
    this.size += 1;
    const [width, height] = SIZES[this.size] || [];
    if (!width) return false;
    try {
      await this.track.applyConstraints({ width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } });
    } catch {
      return false;
    }
    return true;
  }

  recorder() {
    const { width = 1280, height = 720, frameRate = 30 } = this.track.getSettings();
    const bits = Math.max(2.5e6, 0.2 * width * height * Math.min(frameRate, 60));
    return new MediaRecorder(this.stream, { mimeType: format(), videoBitsPerSecond: Math.round(bits) });
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
