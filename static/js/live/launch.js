/* Three, two, one: a public act begins with the first press, Esc stops it, a second press does it now. */

export const makeLaunch = ({ fire, draw, seconds = 3, timers = globalThis }) => {
  let left = 0;
  let timer = 0;
  const stop = (wasStopped) => {
    timers.clearInterval(timer);
    timer = 0;
    left = 0;
    draw({ left: 0, wasStopped });
  };
  const now = () => {
    stop(false);
    fire();
  };
  return {
    press: () => {
      if (timer) {
        now();
        return;
      }
      left = seconds;
      draw({ left, wasStopped: false });
      timer = timers.setInterval(() => {
        left -= 1;
        if (left <= 0) now();
        else draw({ left, wasStopped: false });
      }, 1000);
    },
    cancel: () => {
      if (!timer) return false;
      stop(true);
      return true;
    },
    isCounting: () => timer !== 0,
  };
};
