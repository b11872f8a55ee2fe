package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.deploy.Application;
import io.codeb.deploy.DeployFailedException;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployReport.Outcome;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.ImageRequest;
import io.codeb.deploy.LocalProxy;
import io.codeb.deploy.TrafficSwitch;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application with a database of its own that is deployed from a Git repository into real containers, behind the
 * proxy that visitors come through. Which engine's containers they are, and where the database's server is, others say.
 */
abstract class DeployedContract {
    static final String PROJECT = "deployed-" + ChildJvm.RUN;
    static final String IMAGES = System.getenv().getOrDefault("CODEB_TEST_IMAGES", "localhost/codeb-test");

    @TempDir
    Path directory;

    String database;
    CodeB codeb;
    Visitors visitors;

    private final Set<String> images = new HashSet<>();
    private Git git;
    private LocalProxy proxy;

    @BeforeEach
    void open() throws IOException, GitAPIException {
        database = newDatabase();
        codeb = codeb(directory, engine(), server(), database);
        git = Git.init().setDirectory(work().toFile()).setInitialBranch("main").call();
        proxy = LocalProxy.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory.resolve("route"));
        visitors = new Visitors(URI.create("http://127.0.0.1:" + proxy.address().getPort() + page()), "v[0-9] [0-9]+");
    }

    @AfterEach
    void close() {
        visitors.close();
        proxy.close();
        ContainerManager manager = manager();
        containers().forEach(manager::remove);
        images.forEach(manager::removeImage);
        git.close();
        codeb.close();
        Aftermath.dropKept(this::sql);
        sql("postgres", "DROP DATABASE \"" + database + "\" WITH (FORCE)");
        Aftermath.noSourceIsLeft();
    }

    abstract RuntimeConfig engine();

    /** The container of the database's server. */
    abstract String server();

    /** Runs statements in the server, whose owner is {@link PostgresServer#USER}. */
    abstract String sql(String name, String statements);

    /** Makes an empty database, and answers its name. */
    abstract String newDatabase();

    /** What the visitors ask for: it answers the version and how many users there are. */
    abstract String page();

    abstract Application application();

    static CodeB codeb(Path directory, RuntimeConfig engine, String container, String database) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(Project.postgresql(PROJECT)
                        .container(container)
                        .runtime(engine)
                        .database(database)
                        .user(PostgresServer.USER)
                        .password(Secret.of(PostgresServer.PASSWORD)))
                .build();
    }

    /** Where the database's server is, for other containers. */
    static String address(CodeB codeb) {
        Project project = codeb.project(PROJECT);
        return codeb.runtime(project.runtime())
                .inspect(project.container().orElseThrow())
                .addresses()
                .values()
                .iterator()
                .next();
    }

    static Application application(Path directory) {
        return Application.of(PROJECT, 8080, TrafficSwitch.file(directory.resolve("route")))
                .ending(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    static ImageRequest image(Path directory) {
        return ImageRequest.of(PROJECT, GitSource.at(directory.resolve("work")));
    }

    Path work() {
        return directory.resolve("work");
    }

    ContainerManager manager() {
        return codeb.runtime(engine()).manager().orElseThrow();
    }

    List<String> containers() {
        return manager().find(Map.of(DeployService.APPLICATION_LABEL, PROJECT)).stream()
                .map(ContainerInfo::name)
                .toList();
    }

    void put(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Commits what is in the working tree. */
    void commit(String message) throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
        String id = git.commit()
                .setMessage(message)
                .setAuthor(somebody)
                .setCommitter(somebody)
                .setSign(false)
                .call()
                .name();
        images.add("localhost/codeb/" + PROJECT + ":" + id.substring(0, 12));
    }

    DeployReport deploy() {
        return DeployService.of(codeb).deploy(application(), image(directory));
    }

    DeployFailedException fails(Application application, ImageRequest image, ErrorCode code) {
        DeployFailedException failure = catchThrowableOfType(
                DeployFailedException.class, () -> DeployService.of(codeb).deploy(application, image));
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNDONE);
        return failure;
    }

    DeployFailedException fails(ErrorCode code) {
        return fails(application(), image(directory), code);
    }
}
