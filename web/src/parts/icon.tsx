/** Drawings of 20 × 20 in strokes, made for this page. */
const DRAWN = {
  key: 'M12.2 10a4.1 4.1 0 1 1-8.2 0 4.1 4.1 0 0 1 8.2 0zm0 0H17m-2 0v2.6',
  lock: 'M5 9.2h10v7H5zM7.2 9.2V6.6a2.8 2.8 0 0 1 5.6 0v2.6',
  inbox: 'M3 11l2.3-6h9.4L17 11v4.5H3zm0 0h4.2l1 2h3.6l1-2H17',
  plug: 'M7.5 3v4m5-4v4M5.5 7h9v2.6a4.5 4.5 0 0 1-9 0zM10 14.2V17.5',
  people:
    'M10.3 6.6a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0zM2.8 16.2c0-2.8 2-4.6 4.7-4.6s4.7 1.8 4.7 4.6M13 4.1a2.7 2.7 0 0 1 0 5M14.4 11.9c1.8.5 2.9 2 2.9 4.3',
  gear: 'M12.6 10a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0zM10 2.8v2.4m0 9.6v2.4M2.8 10h2.4m9.6 0h2.4M4.9 4.9l1.7 1.7m6.8 6.8l1.7 1.7m0-10.2l-1.7 1.7m-6.8 6.8l-1.7 1.7',
  grid: 'M4 4h4.6v4.6H4zm7.4 0H16v4.6h-4.6zM4 11.4h4.6V16H4zm7.4 0H16V16h-4.6z',
  building: 'M5 17V3.5h10V17M3 17h14M8 7h1m2 0h1m-4 3.2h1m2 0h1m-2.7 6.8v-3h1.4v3',
  clock: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zm-7-3.8V10l2.6 1.6',
  check: 'M4.5 10.6l3.6 3.6 7.4-8.4',
  cross: 'M5.5 5.5l9 9m0-9l-9 9',
  half: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zm-9.6.2l2 2 3.4-4',
  warning: 'M10 3.4l7 12.6H3zM10 8v3.8m0 1.9v.3',
  pause: 'M7.4 5v10M12.6 5v10',
  undo: 'M7.6 4.4L4 8l3.6 3.6M4.4 8h7.2a4 4 0 0 1 0 8H8.4',
  eye: 'M2.4 10S5 5 10 5s7.6 5 7.6 5-2.6 5-7.6 5-7.6-5-7.6-5zm9.8 0a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z',
  pencil: 'M4 16l.8-3.4 8-8a1.8 1.8 0 0 1 2.6 2.6l-8 8zM11.4 6l2.6 2.6',
  bin: 'M4 5.8h12M8 5.6V3.8h4v1.8M5.6 5.8l.7 10.4h7.4l.7-10.4M8.6 9v4.4m2.8-4.4v4.4',
  shield: 'M10 2.9l5.6 2v4.4c0 3.6-2.2 6.3-5.6 7.8-3.4-1.5-5.6-4.2-5.6-7.8V4.9z',
  out: 'M8.6 4.6H4.4v11h11v-4.2M11.4 4h4.6v4.6M15.6 4.4L9.4 10.6',
  plus: 'M10 4.2v11.6M4.2 10h11.6',
  search: 'M13.4 8.7a4.7 4.7 0 1 1-9.4 0 4.7 4.7 0 0 1 9.4 0zm-1.3 3.4L16 16',
  dots: 'M4.6 10h.1m5.2 0h.1m5.2 0h.1',
  down: 'M5 7.6l5 5 5-5',
  download: 'M10 3.6v9.2m-4-4l4 4 4-4M4 16.4h12',
  left: 'M12 4.6L6.6 10l5.4 5.4',
  right: 'M4 10h12m-4.4-4.4L16 10l-4.4 4.4',
  copy: 'M7.4 7.4H16V16H7.4zM12.6 7.2V4H4v8.6h3.2',
  mail: 'M3 5h14v10.4H3zM3.2 5.4L10 11l6.8-5.6',
  phone: 'M6 2.8h8v14.4H6zm3 11.9h2',
} as const;

export type IconName = keyof typeof DRAWN;

/** A decoration beside words; it says nothing by itself. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={DRAWN[name]} />
    </svg>
  );
}
