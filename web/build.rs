//! Builds the pages with npm and Vite into `OUT_DIR`, from where they are embedded.
//!
//! The source tree is never written: inputs are copied to `<target>/web-build`, which debug and release
//! builds share, and installed there, only when Node's version or the lock file has changed. Without Node.js
//! a debug build goes on with a page that says what to install; a release build fails, so that nobody ships
//! a server without pages by accident. `WEB_DIST` names a folder with finished pages (for images and
//! distributions that build without network), `WEB_OPTIONAL=1` lets a release go without.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a build script talks to cargo by printing")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
};

/// A page: its name below `OUT_DIR` and `WEB_DIST`, its folder here, and what it is built from.
struct Page {
    name: &'static str,
    folder: &'static str,
    inputs: &'static [&'static str],
    /// The feature that asks for it.
    feature: &'static str,
}

const PAGES: [Page; 2] = [
    Page {
        name: "page",
        folder: ".",
        inputs: &[
            "package.json",
            "package-lock.json",
            ".npmrc",
            "index.html",
            "vite.config.ts",
            "tsconfig.json",
            "src",
        ],
        feature: "page",
    },
    Page {
        name: "graphiql",
        folder: "graphiql",
        inputs: &[
            "package.json",
            "package-lock.json",
            ".npmrc",
            "index.html",
            "main.js",
            "page.css",
            "vite.config.js",
        ],
        feature: "graphiql",
    },
];
const NO_NODE: &str =
    "Node.js was not found. Install Node 20.19 or newer, then run the same cargo command again.";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=missing.html");
    println!("cargo:rerun-if-env-changed=WEB_DIST");
    println!("cargo:rerun-if-env-changed=WEB_OPTIONAL");
    for page in &PAGES {
        for input in page.inputs {
            println!("cargo:rerun-if-changed={}/{input}", page.folder);
        }
        let out = variable("OUT_DIR").join(page.name);
        let built = if !page.is_wanted() {
            Err(format!("This build was made without the feature `{}`.", page.feature))
        } else if let Some(dist) = env::var_os("WEB_DIST") {
            let dist = Path::new(&dist).join(page.name);
            clean(&out).and_then(|()| copy(&dist, &out)).map_err(|error| format!("WEB_DIST: {error}"))
        } else {
            build(page, &out)
        };
        if let Err(reason) = built {
            go_without(page, &out, &reason);
        }
    }
}

impl Page {
    fn is_wanted(&self) -> bool {
        env::var_os(format!("CARGO_FEATURE_{}", self.feature.to_uppercase())).is_some()
    }
}

fn variable(name: &str) -> PathBuf {
    env::var_os(name).map(PathBuf::from).expect("cargo sets it for build scripts")
}

fn build(page: &Page, out: &Path) -> Result<(), String> {
    let node = run(Command::new("node").arg("--version"), NO_NODE)?;
    // <target>/<profile>/build/<crate>-<hash>/out
    let outer = variable("OUT_DIR");
    let target = outer.ancestors().nth(4).ok_or("OUT_DIR is not where cargo puts it")?;
    let folder = target.join("web-build").join(page.name);
    let text = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(text)?;
    // Two cargos may build at once; the lock goes with the file.
    let guard = fs::File::create(folder.join(".lock")).map_err(text)?;
    guard.lock().map_err(text)?;
    for input in page.inputs {
        let to = folder.join(input);
        if to.is_dir() {
            // What was deleted here must not be built there.
            fs::remove_dir_all(&to).map_err(text)?;
        }
        copy(&Path::new(page.folder).join(input), &to).map_err(text)?;
    }
    install(&folder, &node).map_err(|error| format!("npm could not install the page's packages: {error}"))?;
    clean(out).map_err(text)?;
    let vite = Path::new("node_modules/vite/bin/vite.js");
    let mut command = Command::new("node");
    command.arg(vite).args(["build", "--logLevel", "error", "--emptyOutDir", "--outDir"]).arg(out);
    run(command.current_dir(&folder), NO_NODE)
        .map_err(|error| format!("Vite could not build the page: {error}"))?;
    Ok(())
}

/// Installs what the lock file names, unless that has been done by the same Node.
fn install(folder: &Path, node: &str) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let wanted = node.to_owned() + &fs::read_to_string(folder.join("package-lock.json")).map_err(text)?;
    let stamp = folder.join(".installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(npm);
    command.args(["ci", "--omit=dev", "--prefer-offline", "--fetch-retries=1"]).current_dir(folder);
    run(&mut command, "npm was not found. It comes with Node.js.")?;
    fs::write(stamp, wanted).map_err(text)
}

/// What the command prints; an error is `missing` where there is no such program, else its last words.
fn run(command: &mut Command, missing: &str) -> Result<String, String> {
    let output = command.output().map_err(|_| missing.to_owned())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default();
    Err(last.join(" "))
}

fn clean(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Puts a page in place that says why the real one is missing, or ends a release build.
fn go_without(page: &Page, out: &Path, reason: &str) {
    let wanted = page.is_wanted();
    let release = env::var_os("PROFILE").is_some_and(|profile| profile == "release");
    if wanted && release && env::var_os("WEB_OPTIONAL").is_none() {
        eprintln!(
            "{reason}\nOr set WEB_DIST to a folder with finished pages, or WEB_OPTIONAL=1 to go without."
        );
        exit(1);
    }
    if wanted {
        println!("cargo:warning={}", reason.replace('\n', " "));
        // A path that never exists makes cargo try again with the next command.
        println!("cargo:rerun-if-changed=try-again");
    }
    let escaped = reason.replace('&', "&amp;").replace('<', "&lt;");
    let text = fs::read_to_string("missing.html").map(|text| text.replace("REASON", &escaped));
    let written = text.and_then(|text| clean(out).and_then(|()| fs::write(out.join("index.html"), text)));
    if let Err(error) = written {
        eprintln!("the page for a missing page could not be written: {error}");
        exit(1);
    }
}
