package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.deploy.GitSource;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one commit of a Git repository, without its history where the remote can do that, into a directory of its
 * own. Each object that comes is what its id says; the paths of its files are looked at when they are read.
 */
public final class GitFetch {
    private static final String FETCHED = "refs/codeb/source";
    private static final String ALL_FETCHED = "refs/codeb/all/";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int SHOWN_MOST = 500;

    private final GitSource source;
    private final Path parent;
    private final Cancellation cancellation;
    private boolean tooMuch;

    private GitFetch(GitSource source, Path parent, Cancellation cancellation) {
        this.source = source;
        this.parent = parent;
        this.cancellation = cancellation;
    }

    /**
     * Fetches a commit.
     *
     * @param source which
     * @param parent where its directory is made, with room for what is fetched
     * @param cancellation ends it early, at the next word that the remote says, or when it has said nothing for too
     *     long
     * @return the commit, to be closed
     * @throws DeployException {@code SOURCE_NOT_FOUND}, {@code SOURCE_DENIED}, {@code SOURCE_UNUSABLE} or
     *     {@code SOURCE_UNAVAILABLE}
     */
    public static SourceCommit of(GitSource source, Path parent, Cancellation cancellation) {
        return new GitFetch(source, parent, cancellation).run();
    }

    private SourceCommit run() {
        cancellation.throwIfCancelled();
        Scratch scratch = null;
        Repository repository = null;
        try {
            scratch = Scratch.in(parent);
            repository = emptyRepository(scratch.directory().resolve("git"));
            RevCommit commit = fetched(repository, scratch);
            return new SourceCommit(scratch, repository, commit, source.bytes());
        } catch (IOException | GitAPIException | RuntimeException | Error e) {
            if (repository != null) {
                repository.close();
            }
            if (scratch != null) {
                scratch.close();
            }
            throw failure(e);
        }
    }

    private Repository emptyRepository(Path directory) throws IOException, GitAPIException {
        Repository repository =
                Git.init().setBare(true).setGitDir(directory.toFile()).call().getRepository();
        StoredConfig config = repository.getConfig();
        if (source.login().isPresent()) {
            config.setString("http", null, "followRedirects", "false");
        }
        config.setInt("gc", null, "auto", 0);
        // Else another thread would look whether there is something to collect, while this is removed already.
        config.setBoolean("gc", null, "autoDetach", false);
        config.save();
        return repository;
    }

    private RevCommit fetched(Repository repository, Scratch scratch) throws IOException, GitAPIException {
        try {
            fetch(repository, scratch, 1, wanted() + ":" + FETCHED);
        } catch (GitAPIException e) {
            if (source.kind() != GitSource.Kind.COMMIT || cancellation.isCancelled() || tooMuch || isRefusal(e)) {
                throw e;
            }
            // Not every server hands out a commit that no branch or tag names.
            fetch(
                    repository,
                    scratch,
                    0,
                    "+refs/heads/*:" + ALL_FETCHED + "heads/*",
                    "+refs/tags/*:" + ALL_FETCHED + "tags/*");
        }
        ObjectId found = source.kind() == GitSource.Kind.COMMIT
                ? ObjectId.fromString(source.name())
                : repository.resolve(FETCHED);
        if (found == null) {
            throw notFound(null);
        }
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit commit = walk.parseCommit(found);
            walk.parseBody(commit);
            return commit;
        } catch (MissingObjectException e) {
            throw notFound(e);
        }
    }

    private String wanted() {
        return switch (source.kind()) {
            case HEAD -> "+HEAD";
            case BRANCH -> "+refs/heads/" + source.name();
            case TAG -> "+refs/tags/" + source.name();
            case COMMIT -> source.name();
        };
    }

    private void fetch(Repository repository, Scratch scratch, int depth, String... specs)
            throws GitAPIException, IOException {
        try (Git git = new Git(repository)) {
            FetchCommand fetch = git.fetch()
                    .setRemote(source.url())
                    .setRefSpecs(List.of(specs).stream().map(RefSpec::new).toList())
                    .setTagOpt(TagOpt.NO_TAGS)
                    .setProgressMonitor(new Watch(scratch))
                    .setTimeout((int) source.silence().toSeconds());
            if (depth > 0) {
                fetch.setDepth(depth);
            }
            source.login()
                    .ifPresent(login -> fetch.setCredentialsProvider(new UsernamePasswordCredentialsProvider(
                            login.user(), login.token().reveal())));
            if (source.url().startsWith("ssh:")) {
                try (SshLogin ssh = SshLogin.of(source, scratch.directory())) {
                    fetch.setTransportConfigCallback(transport -> {
                        if (transport instanceof SshTransport over) {
                            over.setSshSessionFactory(ssh.sessions());
                        }
                    });
                    fetch.call();
                }
            } else {
                fetch.call();
            }
        }
    }

    /** Hears how far it is, and ends it when it is not wanted any more, or is too much. */
    private final class Watch extends EmptyProgressMonitor {
        private final Scratch scratch;
        private long nextLook = System.nanoTime();

        Watch(Scratch scratch) {
            this.scratch = scratch;
        }

        @Override
        public boolean isCancelled() {
            if (!tooMuch && System.nanoTime() - nextLook >= 0) {
                tooMuch = scratch.size() > source.bytes();
                nextLook = System.nanoTime() + LOOK_AGAIN.toNanos();
            }
            return tooMuch || cancellation.isCancelled();
        }
    }

    private CodeBException failure(Throwable e) {
        cancellation.throwIfCancelled();
        if (e instanceof Error error) {
            throw error;
        }
        if (e instanceof CodeBException told) {
            return told;
        }
        if (tooMuch) {
            return new DeployException(
                    ErrorCode.SOURCE_UNUSABLE,
                    "what is fetched from " + source.url() + " has more than " + source.bytes() + " bytes",
                    "allow more with atMost(…)",
                    null);
        }
        String words = words(e);
        if (saysOneOf(words, "not authorized", "authentication", "auth fail", "not permitted", "access denied")) {
            return SshLogin.denied(source.url() + " lets nobody in with what was given", "check token or key", e);
        }
        if (saysOneOf(words, "server key did not validate")) {
            return SshLogin.denied(
                    "the host of " + source.url() + " is not among the known ones, or has another key",
                    "compare its key with what its operator says, and add it to the known hosts",
                    e);
        }
        if (saysOneOf(words, "redirect")) {
            return SshLogin.denied(
                    source.url() + " is somewhere else, says the server, and a token is for that URL alone",
                    "give the URL where it is",
                    e);
        }
        if (isOrIsCausedBy(e, NoRemoteRepositoryException.class)) {
            return new DeployException(
                    ErrorCode.SOURCE_NOT_FOUND,
                    "there is no repository at " + source.url(),
                    "check the URL; many services say the same of one that needs a token",
                    e);
        }
        if (saysOneOf(words, "remote does not have")) {
            return notFound(e);
        }
        return new DeployException(
                ErrorCode.SOURCE_UNAVAILABLE, source.url() + " cannot be fetched: " + shown(e), "try again later", e);
    }

    private DeployException notFound(@Nullable Throwable cause) {
        return new DeployException(
                ErrorCode.SOURCE_NOT_FOUND,
                "there is no such commit: " + source,
                "check the name of the branch or tag, or the commit's id",
                cause);
    }

    /** Whether nothing of the repository is to be had. */
    private boolean isRefusal(GitAPIException e) {
        return isOrIsCausedBy(e, NoRemoteRepositoryException.class)
                || failure(e).code() == ErrorCode.SOURCE_DENIED;
    }

    private static boolean saysOneOf(String words, String... parts) {
        return Stream.of(parts).anyMatch(words::contains);
    }

    /** All that an exception and its causes say, in lower case. */
    private static String words(Throwable e) {
        StringBuilder words = new StringBuilder();
        for (Throwable each = e; each != null; each = each.getCause()) {
            words.append(each.getMessage()).append('\n');
        }
        return words.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isOrIsCausedBy(@Nullable Throwable e, Class<? extends Throwable> kind) {
        return e != null && (kind.isInstance(e) || isOrIsCausedBy(e.getCause(), kind));
    }

    private static String shown(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= SHOWN_MOST ? line : line.substring(0, SHOWN_MOST) + "…";
    }
}
