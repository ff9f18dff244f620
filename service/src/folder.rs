//! Folders of the instance's own files.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// Makes a folder where there is none, for our user alone: what lies in it is nobody else's. One that is there keeps
/// the rights that an operator gave it.
pub(crate) fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
