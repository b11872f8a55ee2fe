package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import java.io.IOException;
import java.time.Instant;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;

/** A commit that was fetched, with its files. To be closed, which removes them. */
public final class SourceCommit implements AutoCloseable {
    private static final int SUBJECT_MOST = 200;

    private final Scratch scratch;
    private final Repository repository;
    private final RevCommit commit;
    private final long most;

    SourceCommit(Scratch scratch, Repository repository, RevCommit commit, long most) {
        this.scratch = scratch;
        this.repository = repository;
        this.commit = commit;
        this.most = most;
    }

    /**
     * Which commit it is.
     *
     * @return its id, 40 hexadecimal digits
     */
    public String id() {
        return commit.name();
    }

    /**
     * When it was made, as its committer says.
     *
     * @return to the second
     */
    public Instant time() {
        return Instant.ofEpochSecond(commit.getCommitTime());
    }

    /**
     * What it is about, in its author's words.
     *
     * @return one line of at most 200 characters, without control characters
     */
    public String subject() {
        String line = commit.getShortMessage().replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= SUBJECT_MOST ? line : line.substring(0, SUBJECT_MOST - 1) + "…";
    }

    /**
     * Its files, as the context of a build, without those that it says to ignore.
     *
     * @param containerfile where among them the instructions are
     * @param cancellation ends it early
     * @return a tar stream, to be closed before this
     * @throws DeployException {@code SOURCE_UNUSABLE} when its ignore file cannot be followed, and, also while it is
     *     read, when files are kept elsewhere or are too many; {@code SOURCE_UNAVAILABLE} when they cannot be read
     */
    public ByteSource files(String containerfile, Cancellation cancellation) {
        try {
            IgnoreRules rules = IgnoreRules.of(repository, commit, containerfile);
            return new CommitTar(repository, commit, rules, most, cancellation);
        } catch (IOException e) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the files of the commit cannot be read: " + e, "fetch it again", e);
        }
    }

    @Override
    public void close() {
        repository.close();
        scratch.close();
    }
}
