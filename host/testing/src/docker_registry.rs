//! Debian's `docker-registry` on loopback.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Who may push and pull where the registry wants to know: `ann`, by the password `horse battery`.
pub const USER: &str = "ann:$2b$05$dG8iycXGNre.dCjQSrjgpe3J8ATPp7dBdTRkIAvAI6N7Yl4AGY6qS";

/// A running registry with a directory of its own.
pub struct DockerRegistry {
    child: Child,
    dir: tempfile::TempDir,
    /// HOST:PORT.
    pub host: String,
}

impl DockerRegistry {
    /// Starts one, where it is installed; `user` is a line of htpasswd (bcrypt).
    pub fn start(user: Option<&str>) -> Option<Self> {
        if Command::new("docker-registry").arg("--version").output().is_err() {
            eprintln!("SKIPPED: docker-registry is not installed (Debian: docker-registry)");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).display().to_string();
        let auth = user.map(|user| {
            std::fs::write(path("htpasswd"), format!("{user}\n")).unwrap();
            format!("auth:\n  htpasswd:\n    realm: test\n    path: {}\n", path("htpasswd"))
        });
        let config = format!(
            "version: 0.1\nlog:\n  level: info\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: \
             127.0.0.1:0\n{}",
            path("data"),
            auth.unwrap_or_default()
        );
        std::fs::write(path("config.yml"), config).unwrap();
        let mut child = Command::new("docker-registry")
            .args(["serve", &path("config.yml")])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let host = lines.find_map(|line| {
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.split(['"', ',']).next()?.to_owned())
        });
        // its log is read to the end, lest it waits for a reader
        std::thread::spawn(move || lines.for_each(drop));
        Some(DockerRegistry { child, dir, host: host.expect("an address") })
    }

    /// Directory of its files.
    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    /// A directory of docker's configuration with a user's credentials.
    pub fn login(&self, user: &str, password: &str) -> tempfile::TempDir {
        use base64::Engine;
        let auth = base64::prelude::BASE64_STANDARD.encode(format!("{user}:{password}"));
        let dir = tempfile::tempdir().unwrap();
        let config = serde_json::json!({ "auths": { &self.host: { "auth": auth } } });
        std::fs::write(dir.path().join("config.json"), config.to_string()).unwrap();
        dir
    }
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
