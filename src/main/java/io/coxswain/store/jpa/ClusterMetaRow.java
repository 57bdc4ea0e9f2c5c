package io.coxswain.store.jpa;

import io.coxswain.store.Retention;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The one row that says what the other tables cannot. */
@Entity
@Table(name = "cluster_meta")
class ClusterMetaRow {
    static final int ONLY = 1;

    @Id
    @Column(name = "id")
    private int id = ONLY;

    @Column(name = "compacted")
    private long compacted = 1;

    @Column(name = "short_compacted")
    private long shortCompacted = 1;

    @Column(name = "epoch")
    private long epoch;

    @Column(name = "jump")
    private long jump;

    @Column(name = "revision")
    private long revision;

    /** The newest revision given out, where several servers may write. */
    long revision() {
        return revision;
    }

    void revision(long newest) {
        revision = newest;
    }

    long compacted(Retention retention) {
        return retention == Retention.SHORT ? shortCompacted : compacted;
    }

    void compacted(Retention retention, long revision) {
        if (retention == Retention.SHORT) {
            shortCompacted = Math.max(shortCompacted, revision);
        } else {
            compacted = Math.max(compacted, revision);
        }
    }

    long epoch() {
        return epoch;
    }

    /** How far the revision must jump at the next start; 0 for not at all. */
    long jump() {
        return jump;
    }

    void jumped() {
        jump = 0;
        epoch++;
    }

    /** Notes that rows have moved without a new revision, so that other servers read them anew. */
    void rewritten() {
        epoch++;
    }
}
