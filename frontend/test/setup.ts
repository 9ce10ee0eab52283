import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
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
  Object.defineProperties(HTMLElement.prototype, { offsetWidth: { value: 400 }, offsetHeight: { value: 400 } });
  Object.assign(HTMLCanvasElement.prototype, { getContext: () => ({ measureText: () => ({ width: 100 }) }) });
}

afterEach(cleanup);
