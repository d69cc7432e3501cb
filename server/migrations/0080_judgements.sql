-- What an answer rests on; answers from before this was asked have none.
ALTER TABLE approvals ADD COLUMN judgement TEXT;
