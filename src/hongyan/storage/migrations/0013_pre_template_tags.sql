-- Declarations of links and phone numbers in a template (traffic driving), entry by entry, and tags of templates.
CREATE TABLE template_driving (
    template_id           BIGINT NOT NULL REFERENCES template (id),
    revision              BIGINT NOT NULL,
    entry                 BIGINT NOT NULL,   -- 1, 2, … in the order of the application
    type                  TEXT NOT NULL,
    content               TEXT NOT NULL,     -- the link or number as the text has it
    variable              TEXT NOT NULL,     -- that brings it; '' when it stands in the text
    company_name          TEXT NOT NULL,
    organization_code     TEXT NOT NULL,
    icp_number            TEXT NOT NULL,
    icp_paper_sealed      BYTEA NOT NULL,
    other_company_because TEXT NOT NULL,
    PRIMARY KEY (template_id, revision, entry)
);

CREATE TABLE template_tag (
    template_id BIGINT NOT NULL REFERENCES template (id),
    tag_key     TEXT NOT NULL,
    tag_value   TEXT NOT NULL,
    PRIMARY KEY (template_id, tag_key)
);
CREATE INDEX template_tag_key ON template_tag (tag_key, tag_value);
