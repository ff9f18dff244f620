import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { OwnOfWindow } from './dialog.tsx';

/** The window of `dialog.tsx`, in a chunk of its own. */
export default function Window({ title, onClose, alert = false, firm = false, children }: OwnOfWindow) {
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
