//! What a script gives to later actions: `name=value` lines in `$LASTMILE_OUTPUT`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::OUTPUT;

/// Most bytes that are read of the file; a line that is cut there is left out.
const MAX_BYTES: u64 = 256 * 1024;
/// Most values that are taken.
const MAX_VALUES: usize = 1000;

/// The `name=value` lines that the script wrote to `$LASTMILE_OUTPUT` (`RUN_DIR/output`), in order. Lines without a
/// valid name or that are not UTF-8 are left out, and so is what goes beyond 256 KiB or 1000 values.
///
/// # Errors
/// When the file is there and can't be read.
pub fn outputs(run_dir: &Path) -> io::Result<Vec<(String, String)>> {
    let mut bytes = Vec::new();
    match open_plain(&run_dir.join(OUTPUT))? {
        Some(file) => file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?,
        None => return Ok(Vec::new()),
    };
    Ok(parse(&bytes))
}

/// A script may have put anything in the file's place; a fifo, say, would never end.
fn open_plain(path: &Path) -> io::Result<Option<File>> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => File::open(path).map(Some),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Vec<(String, String)> {
    let whole = if bytes.len() as u64 > MAX_BYTES {
        &bytes[..memchr::memrchr(b'\n', bytes).unwrap_or(0)]
    } else {
        bytes
    };
    let line = |line: &[u8]| {
        let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).ok()?;
        let (name, value) = text.split_once('=')?;
        is_name(name).then(|| (name.to_owned(), value.to_owned()))
    };
    whole.split(|byte| *byte == b'\n').filter_map(line).take(MAX_VALUES).collect()
}

/// `[A-Za-z_][A-Za-z0-9_]*`
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_pairs_in_order_and_a_name_may_come_twice() {
        let pairs = parse(b"pool=blue\nurl=https://a.example/?x=1\r\npool=green\nempty=");
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("pool", "blue"), ("url", "https://a.example/?x=1"), ("pool", "green"), ("empty", "")];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn lines_without_a_valid_name_are_left_out() {
        assert_eq!(parse(b"no equals sign\n1st=x\na b=c\n=x\n\xff=x\nok=\xff\n"), []);
    }

    #[test]
    fn a_line_cut_by_the_limit_is_left_out() {
        let mut bytes = b"first=1\nlong=".to_vec();
        bytes.resize(MAX_BYTES as usize + 1, b'x');
        assert_eq!(parse(&bytes), [("first".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_fifo_in_the_files_place_is_no_output() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", dir.path().join(OUTPUT)).unwrap();
        assert_eq!(outputs(dir.path()).unwrap(), []);
    }
}
