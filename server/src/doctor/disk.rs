//! What the data folder gives: space, and how long a sync takes.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Finding, Verdict};

/// Syncs that are measured.
const SYNCS: usize = 50;
/// With less space than this a run of the usual output cap may fill the disk.
const LITTLE: u64 = 2 << 30;
/// A start waits for a handful of syncs; slower ones than this are felt.
const SLOW: Duration = Duration::from_millis(10);
/// No disk makes data last so quickly: it is memory, or the sync is not one.
const TOO_QUICK: Duration = Duration::from_micros(20);

pub(super) fn findings(data: &Path) -> Vec<Finding> {
    let folder = data.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    vec![space(folder), sync(folder)]
}

fn space(folder: &Path) -> Finding {
    let place = folder.display();
    let found = match rustix::fs::statvfs(folder) {
        Ok(found) => found,
        Err(error) => return Finding::new("free space", Verdict::Bad, format!("{place}: {error}")),
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let gib = free as f64 / f64::from(1 << 30);
    let verdict = if free < LITTLE { Verdict::Limited } else { Verdict::Ok };
    Finding::new(
        "free space",
        verdict,
        format!("{gib:.1} GiB free in {place}; one run keeps up to 1 GiB of output"),
    )
}

fn sync(folder: &Path) -> Finding {
    let place = folder.display();
    match measure(folder) {
        Err(error) => {
            Finding::new("fsync", Verdict::Bad, format!("{place} can't be written durably: {error}"))
        }
        Ok(Times { median, worst }) => {
            let figures = format!("median {median:.1?}, worst of {SYNCS} {worst:.1?} in {place}");
            if median < TOO_QUICK {
                let text = format!(
                    "{figures}: too quick for a disk (tmpfs, or a sync that does nothing), so a power cut may lose runs"
                );
                Finding::new("fsync", Verdict::Limited, text)
            } else if median > SLOW {
                Finding::new(
                    "fsync",
                    Verdict::Limited,
                    format!("{figures}: every start waits for some of these"),
                )
            } else {
                Finding::new("fsync", Verdict::Ok, figures)
            }
        }
    }
}

struct Times {
    median: Duration,
    worst: Duration,
}

fn measure(folder: &Path) -> io::Result<Times> {
    let path = folder.join(format!(".lastmile-doctor-{}", std::process::id()));
    let measured = sync_some(&path);
    let _ = std::fs::remove_file(&path);
    let mut times = measured?;
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(Times { median, worst: times.last().copied().unwrap_or_default() })
}

fn sync_some(path: &Path) -> io::Result<Vec<Duration>> {
    let mut file = File::create_new(path)?;
    let one = |_| {
        file.write_all(&[0; 512])?;
        let begun = Instant::now();
        file.sync_data()?;
        Ok(begun.elapsed())
    };
    (0..SYNCS).map(one).collect()
}
