import type { ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';

export interface Entry {
  id: string;
  label: string;
  onAction: () => void;
  danger?: boolean;
}

/** A button that opens a list of actions. */
export function ActionMenu({
  label,
  className = 'menu-button',
  trigger,
  entries,
  head,
}: {
  label: string;
  className?: string;
  trigger: ReactNode;
  entries: readonly Entry[];
  head?: ReactNode;
}) {
  return (
    <MenuTrigger>
      <Button className={className} aria-label={label}>
        {trigger}
      </Button>
      <Popover className="popover" placement="bottom end">
        {head}
        <Menu className="menu" aria-label={label}>
          {entries.map(({ id, label, onAction, danger }) => (
            <MenuItem key={id} id={id} className={danger ? 'menu-item danger' : 'menu-item'} onAction={onAction}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
