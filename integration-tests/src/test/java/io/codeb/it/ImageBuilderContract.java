package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.deploy.BuiltImage;
import io.codeb.deploy.DeployException;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.ImageBuilder;
import io.codeb.deploy.ImageRequest;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are built of commits, by a real engine. */
@Timeout(180)
abstract class ImageBuilderContract {
    static final String BASE = System.getenv().getOrDefault("CODEB_TEST_IMAGES", "localhost/codeb-test") + "/minimal:1";

    @TempDir
    Path directory;

    private final String mark = UUID.randomUUID().toString();
    final List<String> said = new ArrayList<>();
    private CodeB codeb;
    private ContainerManager manager;
    private Git git;

    /** What builds them. */
    abstract RuntimeConfig runtime();

    @BeforeEach
    void open() throws GitAPIException {
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(Project.postgresql("shop").server("127.0.0.1", 1))
                .build();
        manager = codeb.runtime(runtime()).manager().orElseThrow();
        git = Git.init()
                .setDirectory(directory.resolve("work").toFile())
                .setInitialBranch("main")
                .call();
    }

    @AfterEach
    void close() {
        manager.removeImage(name());
        git.close();
        codeb.close();
    }

    private String name() {
        return "localhost/codeb-it:" + mark;
    }

    String commit(String containerfile) throws IOException, GitAPIException {
        Path work = directory.resolve("work");
        Files.writeString(work.resolve("Containerfile"), containerfile);
        Path script = Files.writeString(work.resolve("say.sh"), "#!/bin/sh\necho \"$1\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        git.add().addFilepattern(".").call();
        PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
        return git.commit()
                .setMessage("Say it")
                .setAuthor(somebody)
                .setCommitter(somebody)
                .setSign(false)
                .call()
                .name();
    }

    ImageRequest request() {
        return ImageRequest.of("shop", GitSource.at(directory.resolve("work")))
                .named(name())
                .on(runtime());
    }

    BuiltImage build(ImageRequest request) {
        return ImageBuilder.of(codeb).output(said::add).build(request, new Cancellation());
    }

    /** What a container of the image says. */
    String run(String image) {
        ContainerInfo container = manager.run(ContainerSpec.of(image), new Cancellation());
        try {
            assertThat(manager.awaitExit(container.id(), Duration.ofMinutes(1), new Cancellation()))
                    .isZero();
            return manager.logs(container.id(), 100).strip();
        } finally {
            manager.remove(container.id());
        }
    }

    private void assertFails(ImageRequest request, ErrorCode code, String part) {
        assertThatThrownBy(() -> build(request)).isInstanceOfSatisfying(CodeBException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e).hasMessageContaining(part);
        });
    }

    private void assertThatNothingIsThere() {
        assertThatThrownBy(() -> manager.imageId(name()))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND));
        Aftermath.noSourceIsLeft();
    }

    @Test
    void anImageIsThatOfTheCommit() throws IOException, GitAPIException {
        String id = commit("FROM " + BASE + "\nARG WORD\nENV WORD=$WORD\nCOPY say.sh /say.sh\n" + "RUN echo building-"
                + mark + "\nCMD [\"sh\", \"-c\", \"/say.sh $WORD\"]\n");
        Files.writeString(directory.resolve("work/say.sh"), "not committed");

        BuiltImage image = build(request().argument("WORD", "hello"));

        assertThat(image.commit()).isEqualTo(id);
        assertThat(image.subject()).isEqualTo("Say it");
        assertThat(image.name()).isEqualTo(name());
        assertThat(image.id()).isEqualTo(manager.imageId(name()));
        assertThat(run(image.name())).isEqualTo("hello");
        assertThat(said).contains("building-" + mark);
    }

    @Test
    void withoutANameItIsThatOfProjectAndCommit() throws IOException, GitAPIException {
        String id = commit("FROM " + BASE + "\n");
        String name = "localhost/codeb/shop:" + id.substring(0, 12);
        try {
            assertThat(build(ImageRequest.of("shop", GitSource.at(directory.resolve("work")))
                                    .on(runtime()))
                            .name())
                    .isEqualTo(name);
            ContainerInfo container =
                    manager.run(ContainerSpec.of(name).withCommand("sleep", "100"), new Cancellation());
            manager.remove(container.id());
            assertThat(container.labels())
                    .containsEntry(ImageBuilder.PROJECT_LABEL, "shop")
                    .containsEntry(ImageBuilder.COMMIT_LABEL, id);
        } finally {
            manager.removeImage(name);
        }
    }

    private void put(String path, String content) throws IOException {
        Path file = directory.resolve("work").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void whatTheCommitSaysToIgnoreIsNotInTheImage() throws IOException, GitAPIException {
        put(".env", "PASSWORD=canary");
        put("app/key.pem", "canary");
        put("app/page", "");
        put("logs/.gitkeep", "");
        put(".dockerignore", "# All but the application\n*\n!/app/\n**/*.pem\n!logs\nlogs/*\n");
        commit("FROM " + BASE + "\nCOPY . /context\nCMD [\"ls\", \"-AR\", \"/context\"]\n");

        assertThat(run(build(request()).name()))
                .isEqualTo("/context:\napp\nlogs\n\n/context/app:\npage\n\n/context/logs:");
    }

    @ParameterizedTest
    @ValueSource(strings = {".containerignore", "Containerfile.containerignore", "Containerfile.dockerignore"})
    void anIgnoreFileOfAnotherNameCountsAsWell(String name) throws IOException, GitAPIException {
        put(".env", "PASSWORD=canary");
        put(name, ".env\n");
        commit("FROM " + BASE + "\nCOPY . /context\nCMD [\"ls\", \"-A\", \"/context\"]\n");

        assertThat(run(build(request()).name()).lines()).containsExactlyInAnyOrder(name, "Containerfile", "say.sh");
    }

    @Test
    void anIgnoreFileThatCannotBeFollowedIsToldBeforeAnythingIsBuilt() throws IOException, GitAPIException {
        put(".dockerignore", ".env\nkey[0-\n");
        commit("FROM " + BASE + "\nCOPY . /context\n");

        assertFails(request(), ErrorCode.SOURCE_UNUSABLE, ".dockerignore, line 2");

        assertThat(said).isEmpty();
        assertThatNothingIsThere();
    }

    @Test
    void aBuildThatFailsSaysWhyAndLeavesNothing() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\nRUN echo almost-" + mark + " && exit 3\n");

        assertFails(request(), ErrorCode.IMAGE_NOT_BUILT, "almost-" + mark);
        assertThat(said).contains("almost-" + mark);
        assertThatNothingIsThere();

        assertFails(request().containerfile("nope"), ErrorCode.IMAGE_NOT_BUILT, "nope");
        assertThatNothingIsThere();
    }

    @Test
    void aNameIsKeptByTheLastImageThatWasBuilt() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\nRUN true\n");
        String good = build(request()).id();
        commit("FROM " + BASE + "\nRUN false\n");

        assertFails(request(), ErrorCode.IMAGE_NOT_BUILT, "false");

        assertThat(manager.imageId(name())).isEqualTo(good);
    }

    @Test
    void whatCannotBeFetchedIsNotBuilt() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\n");

        GitSource source = GitSource.at(directory.resolve("work"));
        assertThatThrownBy(() -> build(ImageRequest.of("shop", source.branch("nope"))
                        .named(name())
                        .on(runtime())))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("branch nope");
        assertThat(said).isEmpty();
        assertThatNothingIsThere();
    }

    @Test
    void aBuildThatIsCancelledLeavesNothing() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\nRUN echo begun-" + mark + " && sleep 100\n");
        Cancellation cancellation = new Cancellation();

        assertThatThrownBy(() -> ImageBuilder.of(codeb)
                        .output(line -> {
                            if (line.equals("begun-" + mark)) {
                                cancellation.cancel("enough");
                            }
                        })
                        .build(request(), cancellation))
                .isInstanceOf(CancelledException.class);

        assertThatNothingIsThere();
    }
}
