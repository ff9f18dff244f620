//! Ports and signals of real processes.

use std::net::TcpListener;
use std::process::Command;

/// A port that nobody listens on, and that the system gives to no outgoing connection either: a server that is
/// killed and started again finds it free.
pub fn free_port() -> u16 {
    for _ in 0..200 {
        // Below what systems choose from: 32768 on Linux, 49152 elsewhere.
        let port = 10_000 + rand::random::<u16>() % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free")
}

/// Sends a signal, such as `-STOP`, to processes of ours.
pub fn signal(ids: &[u32], name: &str) {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    // One of them may have ended by itself.
    let _ = Command::new("kill").arg(name).args(ids).stderr(std::process::Stdio::null()).status();
}

/// Whether a process is stopped by a signal.
pub fn is_stopped(id: u32) -> bool {
    let out =
        Command::new("ps").args(["-o", "stat=", "-p", &id.to_string()]).output().expect("ps is installed");
    out.stdout.trim_ascii_start().starts_with(b"T")
}

/// The children of a process.
pub fn children(id: u32) -> Vec<u32> {
    let out = Command::new("pgrep").args(["-P", &id.to_string()]).output().expect("pgrep is installed");
    String::from_utf8_lossy(&out.stdout).lines().filter_map(|line| line.parse().ok()).collect()
}
