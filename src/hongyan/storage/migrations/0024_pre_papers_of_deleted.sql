-- Deleted objects whose papers are still kept. Written with the deletion; goes when the papers are erased.

CREATE TABLE papers_let_go (
    kind       TEXT NOT NULL,
    object_id  BIGINT NOT NULL,
    deleted_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, object_id)
);
CREATE INDEX papers_let_go_oldest ON papers_let_go (deleted_ms, object_id);

-- Whether something else uses a paper.
CREATE INDEX paper_binding_paper ON paper_binding (paper_id);

INSERT INTO papers_let_go (kind, object_id, deleted_ms)
SELECT kind, object_id, max(at_ms) FROM compliance_change WHERE event = 'delete' GROUP BY kind, object_id;
