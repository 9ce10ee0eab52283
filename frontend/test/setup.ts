import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// What @grafana/ui asks a browser for and jsdom does not have. Lists only draw what fits, so everything has a size.

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, {
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  matchMedia: () => ({ matches: false, addEventListener() {}, removeEventListener() {}, addListener() {} }),
});
if (typeof Element !== 'undefined') {
  Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 400, 400);
  Element.prototype.scrollIntoView = () => {};
  Object.defineProperties(Element.prototype, { clientWidth: { value: 400 }, clientHeight: { value: 400 } });
  Object.assign(HTMLCanvasElement.prototype, { getContext: () => ({ measureText: () => ({ width: 100 }) }) });
}

configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);
