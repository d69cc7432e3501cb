//! Compresses once, at build time, what the server would otherwise compress for each visitor.

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Brotli's highest level and its default window.
const QUALITY: u32 = 11;
const WINDOW: u32 = 22;
const BUFFER: usize = 1 << 16;

/// Types that compress well. Images and fonts are compressed already.
const TYPES: [&str; 6] = ["css", "html", "js", "json", "svg", "wasm"];

/// Writes `x.br` and `x.gz` beside each compressible file `x` below a folder.
///
/// # Errors
/// When the folder can't be read or written.
pub(crate) fn neighbours(folder: &Path) -> Result<()> {
    for path in files(folder)? {
        if !path.extension().is_some_and(|it| TYPES.iter().any(|known| it == *known)) {
            continue;
        }
        let bytes = fs::read(&path)?;
        fs::write(path.with_added_extension("br"), brotli(&bytes)?)?;
        fs::write(path.with_added_extension("gz"), gzip(&bytes)?)?;
    }
    Ok(())
}

/// All files below a folder, in a fixed order.
///
/// # Errors
/// When a folder can't be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_compressed_reads_the_same_again() {
        let text = "the last mile ".repeat(1000).into_bytes();
        let (br, gz) = (brotli(&text).unwrap(), gzip(&text).unwrap());
        let mut back = Vec::new();
        brotli::Decompressor::new(&br[..], BUFFER).read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
        back.clear();
        flate2::read::GzDecoder::new(&gz[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
        assert!(br.len() < 100 && gz.len() < 200);
    }

    #[test]
    fn text_gets_compressed_neighbours_and_images_do_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/a.css"), "body {}").unwrap();
        fs::write(folder.path().join("b.png"), "not really").unwrap();
        neighbours(folder.path()).unwrap();
        let names: Vec<_> =
            files(folder.path()).unwrap().iter().map(|it| it.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["b.png", "a.css", "a.css.br", "a.css.gz"]);
    }
}
