/** The worker's device, which all models, figures and training share. */
import { type Device, openDevice } from 'qkv';

let device: Promise<Device> | undefined;

/** Opens the device. A lost one is replaced at the next call. */
export function openShared(): Promise<Device> {
  const forget = () => {
    device = undefined;
  };
  device ??= openDevice().then((opened) => {
    void opened.lost.then(forget);
    return opened;
  });
  device.catch(forget);
  return device;
}
