import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.tsx';

type Look = 'main' | 'plain' | 'danger' | 'quiet';

interface Own extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: IconName;
  pending?: boolean;
  children: ReactNode;
}

/** A button; while it is pending it stays where it is and says so. */
export function Button({ look = 'plain', icon, pending = false, children, type = 'button', ...rest }: Own) {
  return (
    <button
      {...rest}
      type={type}
      className={`button ${look}`}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
    >
      {pending ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  to,
  look = 'plain',
  icon,
  children,
}: {
  to: string;
  look?: Look;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <Link href={to} className={`button ${look}`}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
