//! `lastmile import`: proposes actions for the shell fences of a file, as a diff. Changes nothing by itself.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use lastmile_runbook::import::propose;

use super::LintError;

/// Writes a unified diff for each file to `out`, and to `notes` which fences were left out, and why.
///
/// # Errors
/// If a file can't be read or the diff not be written.
pub fn import(files: &[PathBuf], out: &mut impl Write, notes: &mut impl Write) -> Result<(), LintError> {
    for path in files {
        let source = fs::read_to_string(path).map_err(|error| LintError::Path(path.clone(), error))?;
        let proposal = propose(&source);
        let shown = path.display().to_string();
        out.write_all(proposal.diff(&source, shown.trim_start_matches("./")).as_bytes())?;
        for left_out in &proposal.left_out {
            writeln!(notes, "{shown}:{}: left out: {}", left_out.line, left_out.why)?;
        }
        writeln!(notes, "{shown}: {} proposed", proposal.actions)?;
    }
    Ok(())
}
