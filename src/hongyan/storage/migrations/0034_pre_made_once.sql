-- What a change over REST has made, by the number or code that was given to it: for the answer to who repeats it with its key.
ALTER TABLE once_key ADD COLUMN made TEXT NOT NULL DEFAULT '';
