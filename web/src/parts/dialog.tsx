import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface Own {
  title: string;
  onClose: () => void;
  /** For what cannot be undone by closing. */
  alert?: boolean;
  /** Escape and a click beside it do not close it. */
  firm?: boolean;
  children: ReactNode;
}

/** A window over the page: it holds the focus, and gives it back to where it came from. */
export function Window({ title, onClose, alert = false, firm = false, children }: Own) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={!alert && !firm}
      isKeyboardDismissDisabled={firm}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="modal">
        <Dialog className="window" role={alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
