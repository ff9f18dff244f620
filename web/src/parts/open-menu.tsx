import { type RefObject, useEffect } from 'react';
import { Menu, MenuItem, Popover } from 'react-aria-components';
import type { Entry } from './menu.tsx';

/** The list of `menu.tsx` while it is open, in a chunk of its own. */
export default function OpenMenu({
  id,
  label,
  entries,
  button,
  onClose,
}: {
  id: string;
  label: string;
  entries: readonly Entry[];
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}) {
  // React Aria moves the focus of a virtual click (screen readers, and Enter on a native button) a moment later, and only
  // if it still is where it was; but the page behind has become inert by then.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const menu = document.getElementById(id);
      if (!menu?.contains(document.activeElement)) menu?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [id]);
  return (
    <Popover
      className="popover"
      placement="bottom end"
      aria-label={label}
      triggerRef={button}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Menu id={id} className="menu" aria-label={label} autoFocus="first" onClose={onClose}>
        {entries.map(({ id, label, onAction, danger }) => (
          <MenuItem key={id} id={id} className={danger ? 'menu-item danger' : 'menu-item'} onAction={onAction}>
            {label}
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  );
}
