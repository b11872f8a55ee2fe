package io.codeb.deploy;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which commit of which Git repository is deployed. Immutable; each word answers a changed copy.
 *
 * <p>Without further words: the commit that the remote's {@code HEAD} points to, read without credentials; the remote
 * may say nothing for a minute, and have 4 GiB.
 *
 * <pre>{@code
 * GitSource.at("https://git.example.org/shop.git").branch("main").token(Secret.env("GIT_TOKEN"))
 * }</pre>
 */
@CheckReturnValue
public final class GitSource {
    /** What a repository may have unless said otherwise, in bytes. */
    public static final long DEFAULT_BYTES = 4L * 1024 * 1024 * 1024;

    private static final Duration DEFAULT_SILENCE = Duration.ofMinutes(1);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** What Git itself allows in a name, but for what only it would make sense of (git-check-ref-format). */
    private static final Pattern NAME = Pattern.compile(
            "(?!/|-)(?!.*(//|\\.\\.|@\\{|/\\.|\\.lock(/|$)))[^\\x00-\\x20\\x7f~^:?*\\[\\\\]{1,200}(?<![/.])");

    private final String url;
    private final Kind kind;
    private final String name;
    private final @Nullable Login login;
    private final @Nullable Key key;
    private final Duration silence;
    private final long bytes;

    private GitSource(
            String url,
            Kind kind,
            String name,
            @Nullable Login login,
            @Nullable Key key,
            Duration silence,
            long bytes) {
        this.url = url;
        this.kind = kind;
        this.name = name;
        this.login = login;
        this.key = key;
        this.silence = silence;
        this.bytes = bytes;
    }

    /** What a commit is found by. */
    public enum Kind {
        /** The remote's own choice. */
        HEAD,
        /** The newest commit of a branch. */
        BRANCH,
        /** What a tag names. */
        TAG,
        /** The commit's own id. */
        COMMIT
    }

    /**
     * How to log in over HTTPS.
     *
     * @param user a name; with a token most services take any
     * @param token the token or password
     */
    public record Login(String user, Secret token) {
        /** Checks that nothing is missing. */
        public Login {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(token, "token");
        }
    }

    /**
     * How to log in over SSH.
     *
     * @param privateKey the text of a private key without a passphrase, as {@code ssh-keygen} writes it
     * @param knownHosts lines of a {@code known_hosts} file; a host that is not among them is refused
     */
    public record Key(Secret privateKey, String knownHosts) {
        /** Checks that nothing is missing. */
        public Key {
            Objects.requireNonNull(privateKey, "privateKey");
            if (knownHosts.isBlank()) {
                throw new IllegalArgumentException("no host is known");
            }
        }
    }

    /**
     * A repository of another machine.
     *
     * @param url {@code https://…} or {@code ssh://user@host/…}, without a password; {@code http://…} only on this
     *     machine itself
     * @return its {@code HEAD}
     * @throws IllegalArgumentException for any other URL
     */
    public static GitSource at(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not the URL of a Git repository");
        }
        String scheme = uri.getScheme();
        String host = uri.getHost();
        boolean allowed = host != null
                && ("https".equals(scheme)
                        || "ssh".equals(scheme)
                        || ("http".equals(scheme) && LOOPBACK.contains(host)));
        if (!allowed) {
            throw new IllegalArgumentException("not an https:// or ssh:// URL of a Git repository");
        }
        String user = uri.getUserInfo();
        if (user != null && (user.contains(":") || !"ssh".equals(scheme))) {
            throw new IllegalArgumentException("a URL with a password or a token in it ends up in logs: say token(…)");
        }
        return new GitSource(url, Kind.HEAD, "", null, null, DEFAULT_SILENCE, DEFAULT_BYTES);
    }

    /**
     * A repository on this machine. What is not committed in it is not deployed.
     *
     * @param repository its directory, with or without a working tree
     * @return its {@code HEAD}
     */
    public static GitSource at(Path repository) {
        String url = repository.toAbsolutePath().normalize().toUri().toString();
        return new GitSource(url, Kind.HEAD, "", null, null, DEFAULT_SILENCE, DEFAULT_BYTES);
    }

    /**
     * Chooses the newest commit of a branch.
     *
     * @param branch its name, without {@code refs/heads/}
     * @return a changed copy
     */
    public GitSource branch(String branch) {
        return new GitSource(url, Kind.BRANCH, requireName(branch), login, key, silence, bytes);
    }

    /**
     * Chooses what a tag names.
     *
     * @param tag its name, without {@code refs/tags/}
     * @return a changed copy
     */
    public GitSource tag(String tag) {
        return new GitSource(url, Kind.TAG, requireName(tag), login, key, silence, bytes);
    }

    /**
     * Chooses a commit by its id. Servers that do not hand out single commits are asked for all branches and tags.
     *
     * @param id all 40 hexadecimal digits, in lower case
     * @return a changed copy
     */
    public GitSource commit(String id) {
        if (!COMMIT.matcher(id).matches()) {
            throw new IllegalArgumentException("a commit is named by its 40 hexadecimal digits");
        }
        return new GitSource(url, Kind.COMMIT, id, login, key, silence, bytes);
    }

    /**
     * Logs in over HTTPS with a token, as most services take it whatever the user's name. Redirects are not followed
     * then: a token is for the host of the URL alone.
     *
     * @param token the token, read when the repository is
     * @return a changed copy
     */
    public GitSource token(Secret token) {
        return login("git", token);
    }

    /**
     * Logs in over HTTPS. Redirects are not followed then: a password is for the host of the URL alone.
     *
     * @param user the user's name
     * @param token the token or password, read when the repository is
     * @return a changed copy
     */
    public GitSource login(String user, Secret token) {
        if (!url.startsWith("http")) {
            throw new IllegalArgumentException("a token is for https://");
        }
        return new GitSource(url, kind, name, new Login(user, token), key, silence, bytes);
    }

    /**
     * Logs in over SSH. Neither an agent nor the user's own keys or configuration are asked.
     *
     * @param privateKey the text of a private key without a passphrase, read when the repository is
     * @param knownHosts lines of a {@code known_hosts} file; a host that is not among them is refused
     * @return a changed copy
     */
    public GitSource key(Secret privateKey, String knownHosts) {
        if (!url.startsWith("ssh:")) {
            throw new IllegalArgumentException("a key is for ssh://");
        }
        return new GitSource(url, kind, name, login, new Key(privateKey, knownHosts), silence, bytes);
    }

    /**
     * Limits how long the remote may say nothing.
     *
     * @param longest a second to an hour
     * @return a changed copy
     */
    public GitSource silence(Duration longest) {
        if (longest.compareTo(Duration.ofSeconds(1)) < 0 || longest.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a second to an hour, not " + longest);
        }
        return new GitSource(url, kind, name, login, key, longest, bytes);
    }

    /**
     * Limits what is fetched, and what the commit's files have.
     *
     * @param most in bytes, each; more than zero
     * @return a changed copy
     */
    public GitSource atMost(long most) {
        if (most <= 0) {
            throw new IllegalArgumentException("more than zero bytes, not " + most);
        }
        return new GitSource(url, kind, name, login, key, silence, most);
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a branch or tag");
        }
        return name;
    }

    /**
     * Where the repository is.
     *
     * @return its URL, without secrets
     */
    public String url() {
        return url;
    }

    /**
     * What the commit is found by.
     *
     * @return the remote's {@code HEAD} unless said otherwise
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The branch, the tag or the commit's id.
     *
     * @return empty for the remote's {@code HEAD}
     */
    public String name() {
        return name;
    }

    /**
     * How to log in over HTTPS.
     *
     * @return empty where nobody logs in so
     */
    public Optional<Login> login() {
        return Optional.ofNullable(login);
    }

    /**
     * How to log in over SSH.
     *
     * @return empty where nobody logs in so
     */
    public Optional<Key> key() {
        return Optional.ofNullable(key);
    }

    /**
     * How long the remote may say nothing.
     *
     * @return a second to an hour
     */
    public Duration silence() {
        return silence;
    }

    /**
     * How much is fetched at the most.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /** Tells URL and commit: they hold no secret. */
    @Override
    public String toString() {
        return switch (kind) {
            case HEAD -> url;
            case BRANCH -> url + ", branch " + name;
            case TAG -> url + ", tag " + name;
            case COMMIT -> url + ", commit " + name;
        };
    }
}
