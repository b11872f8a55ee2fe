package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * The files and directories of a commit as a tar stream, in the order of their names, all of them of root and of the
 * time of the commit: the same commit is the same stream. What the commit says to ignore is left out. What a build
 * would miss, and not notice, is refused: submodules, which are other repositories, and files that are kept in Git LFS.
 *
 * <p>Used by one thread. Nothing is written to the disk, and no file is in memory as a whole.
 */
final class CommitTar implements ByteSource {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int FILE = 0644;
    private static final int PROGRAM = 0755;
    private static final int DIRECTORY = 0755;
    private static final int LINK = 0777;

    /** What Git LFS leaves in the place of a file (git-lfs, docs/spec.md). */
    private static final byte[] LFS = "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    /** A pointer has less than this. */
    private static final int LFS_MOST = 1024;

    /** A link whose target is longer is none that a file system takes. */
    private static final int LINK_MOST = 4096;

    private final TreeWalk walk;
    private final IgnoreRules rules;
    private final Cancellation cancellation;
    private final FileTime time;
    private final long most;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream(2 * BUFFER_BYTES);
    private final TarArchiveOutputStream tar;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private @Nullable InputStream file;
    private ByteBuffer ready = ByteBuffer.allocate(0);
    private long total;
    private boolean ended;

    /**
     * Opens the files.
     *
     * @param repository where they are, which stays open
     * @param commit whose
     * @param rules what is left out
     * @param most how many bytes the others may have together
     * @param cancellation ends it early, also where all is left out
     */
    CommitTar(Repository repository, RevCommit commit, IgnoreRules rules, long most, Cancellation cancellation)
            throws IOException {
        this.rules = rules;
        this.cancellation = cancellation;
        this.time = FileTime.from(commit.getCommitTime(), TimeUnit.SECONDS);
        this.most = most;
        this.tar = new TarArchiveOutputStream(made, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        this.walk = new TreeWalk(repository);
        walk.addTree(commit.getTree());
    }

    @Override
    public int read(ByteBuffer dst) {
        try {
            while (!ready.hasRemaining()) {
                if (ended) {
                    return END;
                }
                made.reset();
                makeMore();
                ready = ByteBuffer.wrap(made.toByteArray());
            }
        } catch (IOException e) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the files of the commit cannot be read: " + e, "fetch it again", e);
        }
        int count = Math.min(dst.remaining(), ready.remaining());
        dst.put(ready.slice().limit(count));
        ready.position(ready.position() + count);
        return count;
    }

    /** Makes the next piece of the stream, which may be an empty one. */
    private void makeMore() throws IOException {
        InputStream content = file;
        if (content != null) {
            int count = content.read(buffer);
            if (count >= 0) {
                tar.write(buffer, 0, count);
                return;
            }
            content.close();
            file = null;
            tar.closeArchiveEntry();
        } else if (walk.next()) {
            cancellation.throwIfCancelled();
            begin(walk.getPathString(), walk.getFileMode(0));
        } else {
            tar.finish();
            ended = true;
        }
        tar.flush();
    }

    private void begin(String path, FileMode mode) throws IOException {
        requireInside(path);
        boolean ignored = rules.ignores(path);
        if (mode.equals(FileMode.TREE)) {
            // What is in one that is ignored can be an exception.
            walk.enterSubtree();
            if (!ignored) {
                put(new TarArchiveEntry(path + "/", true), DIRECTORY);
                tar.closeArchiveEntry();
            }
            return;
        }
        if (ignored) {
            return;
        }
        if (mode.equals(FileMode.GITLINK)) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE,
                    path + " is a submodule: another repository, which is not fetched",
                    "bring what is needed of it along in the repository itself, or while the image is built",
                    null);
        }
        ObjectLoader content = walk.getObjectReader().open(walk.getObjectId(0));
        total += content.getSize();
        if (total > most) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE,
                    "the files of the commit have more than " + most + " bytes",
                    "allow more with atMost(…)",
                    null);
        }
        if (mode.equals(FileMode.SYMLINK)) {
            requireLink(path, content);
            TarArchiveEntry link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK, true);
            link.setLinkName(new String(content.getBytes(LINK_MOST), StandardCharsets.UTF_8));
            put(link, LINK);
            tar.closeArchiveEntry();
            return;
        }
        requireWhole(path, content);
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setSize(content.getSize());
        put(entry, mode.equals(FileMode.EXECUTABLE_FILE) ? PROGRAM : FILE);
        file = content.openStream();
    }

    private void put(TarArchiveEntry entry, int mode) throws IOException {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setModTime(time);
        tar.putArchiveEntry(entry);
    }

    /** No tree that Git makes has a path that leaves it, or is one of Git's own. */
    private static void requireInside(String path) {
        try {
            new ObjectChecker().checkPath(path);
        } catch (CorruptObjectException e) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE, "the commit has a file that none may have: " + e.getMessage(), "", e);
        }
    }

    private static void requireLink(String path, ObjectLoader content) {
        if (content.getSize() > LINK_MOST) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE, "the link " + path + " is longer than any can be", "", null);
        }
    }

    private static void requireWhole(String path, ObjectLoader content) throws IOException {
        if (content.getSize() < LFS_MOST && Arrays.equals(LFS, Arrays.copyOf(content.getBytes(LFS_MOST), LFS.length))) {
            throw new DeployException(
                    ErrorCode.SOURCE_UNUSABLE,
                    path + " is kept in Git LFS, which is not fetched",
                    "keep it in the repository itself, or fetch it while the image is built",
                    null);
        }
    }

    @Override
    public void close() {
        try (walk) {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // Of what was read there is nothing left to be said.
        }
    }
}
