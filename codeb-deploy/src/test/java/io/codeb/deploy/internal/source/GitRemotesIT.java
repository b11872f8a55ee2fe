package io.codeb.deploy.internal.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.codeb.deploy.DeployException;
import io.codeb.deploy.GitSource;
import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.tck.io.BytesSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commits of Git's own servers: git-http-backend behind HTTP, and git-upload-pack behind SSH. */
@Timeout(120)
class GitRemotesIT {
    private static final String USER = "deployer";
    private static final String TOKEN = "token-canary";

    @TempDir
    private Path directory;

    private volatile String redirect = "";
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path scratch;
    private HttpServer http;
    private String first;
    private String second;

    @BeforeEach
    void start() throws Exception {
        scratch = Files.createDirectory(directory.resolve("scratch"));
        Path repository = directory.resolve("shop.git");
        PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
        Path work = directory.resolve("work");
        try (Git git =
                Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            List<String> ids = new ArrayList<>();
            for (String content : List.of("1", "2")) {
                Files.writeString(work.resolve("version"), content);
                git.add().addFilepattern(".").call();
                ids.add(git.commit()
                        .setMessage("Version " + content)
                        .setAuthor(somebody)
                        .setCommitter(somebody)
                        .setSign(false)
                        .call()
                        .name());
            }
            first = ids.get(0);
            second = ids.get(1);
        }
        Git.cloneRepository()
                .setURI(work.toUri().toString())
                .setDirectory(repository.toFile())
                .setBare(true)
                .call()
                .close();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    @AfterEach
    void stop() throws IOException {
        http.stop(0);
        threads.shutdownNow();
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    /** As a web server runs git-http-backend (git-http-backend(1)), behind a login. */
    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (!redirect.isEmpty()) {
                exchange.getResponseHeaders().add("Location", redirect + exchange.getRequestURI());
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            String expected = "Basic " + Base64.getEncoder().encodeToString((USER + ":" + TOKEN).getBytes(UTF_8));
            if (!expected.equals(authorization)) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"shop\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
            builder.environment()
                    .putAll(Map.of(
                            "GIT_PROJECT_ROOT", directory.toString(),
                            "GIT_HTTP_EXPORT_ALL", "1",
                            "PATH_INFO", exchange.getRequestURI().getPath(),
                            "QUERY_STRING",
                                    String.valueOf(exchange.getRequestURI().getQuery()),
                            "REQUEST_METHOD", exchange.getRequestMethod(),
                            "CONTENT_TYPE",
                                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                            "HTTP_CONTENT_ENCODING",
                                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Encoding")),
                            "HTTP_GIT_PROTOCOL",
                                    String.valueOf(exchange.getRequestHeaders().getFirst("Git-Protocol"))));
            Process backend =
                    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (var in = backend.getOutputStream()) {
                exchange.getRequestBody().transferTo(in);
            }
            try (InputStream out = new BufferedInputStream(backend.getInputStream())) {
                int status = 200;
                for (String line = line(out); !line.isEmpty(); line = line(out)) {
                    String[] header = line.split(": ", 2);
                    if (header[0].equals("Status")) {
                        status = Integer.parseInt(header[1].substring(0, 3));
                    } else {
                        exchange.getResponseHeaders().add(header[0], header[1]);
                    }
                }
                exchange.sendResponseHeaders(status, 0);
                out.transferTo(exchange.getResponseBody());
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/shop.git";
    }

    private String fetched(GitSource source) {
        try (SourceCommit commit = GitFetch.of(source, scratch, new Cancellation());
                ByteSource files = commit.files("Containerfile", new Cancellation())) {
            assertThat(new String(BytesSource.readAll(files), UTF_8)).contains("version");
            return commit.id();
        }
    }

    private void assertRefused(GitSource source, ErrorCode code, String... parts) {
        assertThatThrownBy(() -> fetched(source)).isInstanceOfSatisfying(DeployException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e).hasMessageContainingAll(parts);
            StringWriter all = new StringWriter();
            e.printStackTrace(new PrintWriter(all, true));
            assertThat(all.toString()).doesNotContain("canary");
        });
    }

    private GitSource withToken() {
        return GitSource.at(url()).login(USER, Secret.of(TOKEN));
    }

    @Test
    void commitsAreFetchedWithAToken() {
        assertThat(fetched(withToken())).isEqualTo(second);
        assertThat(fetched(withToken().branch("main"))).isEqualTo(second);
        assertThat(fetched(withToken().commit(second))).isEqualTo(second);
    }

    @Test
    void aCommitThatNoBranchNamesIsFetchedAlsoFromAServerThatDoesNotHandItOut() {
        assertThat(fetched(withToken().commit(first))).isEqualTo(first);
        assertRefused(withToken().commit("1".repeat(40)), ErrorCode.SOURCE_NOT_FOUND, "1111");
    }

    @Test
    void nobodyComesInWithoutTheRightToken() {
        assertRefused(GitSource.at(url()), ErrorCode.SOURCE_DENIED, url());
        assertRefused(GitSource.at(url()).login(USER, Secret.of("wrong-canary")), ErrorCode.SOURCE_DENIED, url());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertRefused(withToken().branch("nope"), ErrorCode.SOURCE_NOT_FOUND, "branch nope");
        GitSource other = GitSource.at(url().replace("shop", "other")).login(USER, Secret.of(TOKEN));
        assertRefused(other, ErrorCode.SOURCE_NOT_FOUND, "no repository", "other.git");
    }

    @Test
    void aTokenIsNotCarriedElsewhere() throws IOException {
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            heard.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        elsewhere.start();
        try {
            redirect = "http://127.0.0.1:" + elsewhere.getAddress().getPort();

            assertRefused(withToken(), ErrorCode.SOURCE_DENIED, "somewhere else");

            assertThat(heard).isEmpty();
        } finally {
            elsewhere.stop(0);
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            GitSource source = GitSource.at("http://127.0.0.1:" + silent.getLocalPort() + "/shop.git")
                    .silence(Duration.ofSeconds(1));

            assertRefused(source, ErrorCode.SOURCE_UNAVAILABLE, source.url());
        }
    }

    @Test
    void aServerThatIsAwayIsUnavailable() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertRefused(GitSource.at("http://127.0.0.1:" + port + "/shop.git"), ErrorCode.SOURCE_UNAVAILABLE, "shop.git");
    }

    @Test
    void aFetchThatIsCancelledEnds() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Cancellation cancellation = new Cancellation();
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                try {
                    silent.accept();
                    asked.countDown();
                } catch (IOException e) {
                    // The test is over.
                }
            });
            threads.execute(() -> {
                try {
                    asked.await();
                    cancellation.cancel("enough");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            GitSource source = GitSource.at("http://127.0.0.1:" + silent.getLocalPort() + "/shop.git")
                    .silence(Duration.ofSeconds(2));

            assertThatThrownBy(() -> GitFetch.of(source, scratch, cancellation).close())
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void commitsAreFetchedOverSshWithAKeyFromAHostThatIsKnown() throws Exception {
        KeyPair host = ed25519();
        KeyPair user = ed25519();
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPublickeyAuthenticator((name, key, session) -> name.equals("git") && key.equals(user.getPublic()));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
        try {
            String known = "[127.0.0.1]:" + server.getPort() + " " + PublicKeyEntry.toString(host.getPublic()) + "\n";
            GitSource source = GitSource.at("ssh://git@127.0.0.1:" + server.getPort() + directory.resolve("shop.git"));
            Secret key = Secret.of(text(user));

            assertThat(fetched(source.key(key, known))).isEqualTo(second);
            assertThat(fetched(source.key(key, known).branch("main"))).isEqualTo(second);

            assertRefused(source.key(Secret.of(text(ed25519())), known), ErrorCode.SOURCE_DENIED, source.url());
            assertRefused(source.key(Secret.of("no key, a canary"), known), ErrorCode.SOURCE_DENIED, "private key");
            assertRefused(source, ErrorCode.SOURCE_DENIED, "no key");
            KeyPair other = ed25519();
            String wrong = known.replace(
                    PublicKeyEntry.toString(host.getPublic()), PublicKeyEntry.toString(other.getPublic()));
            assertRefused(source.key(key, wrong), ErrorCode.SOURCE_DENIED, "known");
            assertRefused(source.key(key, known.replace("127.0.0.1", "127.0.0.2")), ErrorCode.SOURCE_DENIED, "known");
        } finally {
            server.stop(true);
        }
    }

    private static KeyPair ed25519() throws Exception {
        return SecurityUtils.getKeyPairGenerator("Ed25519").generateKeyPair();
    }

    private static String text(KeyPair pair) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "a test's", null, text);
        return text.toString(UTF_8);
    }
}
