package io.codeb.deploy.internal.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.deploy.DeployException;
import io.codeb.deploy.GitSource;
import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.tck.io.BytesSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitFetchTest {
    private static final PersonIdent SOMEBODY = new PersonIdent("Somebody", "somebody@example.org");

    @TempDir
    private Path directory;

    private Path work;
    private Path scratch;
    private Git git;
    private String first;

    @BeforeEach
    void aRepository() throws IOException, GitAPIException {
        work = directory.resolve("work");
        scratch = Files.createDirectory(directory.resolve("scratch"));
        git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call();
        Files.writeString(work.resolve("Containerfile"), "FROM scratch\n");
        Files.createDirectories(work.resolve("src/길"));
        Files.writeString(work.resolve("src/길/파일.txt"), "내용");
        Path script = Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(work.resolve("link"), Path.of("src/길"));
        first = commit("One\n\nAnd more of it");
    }

    @AfterEach
    void close() throws IOException {
        git.close();
        assertThat(left()).as("what is left behind").isEmpty();
    }

    private String commit(String message) throws GitAPIException {
        git.add().addFilepattern(".").call();
        return git.commit()
                .setMessage(message)
                .setAuthor(SOMEBODY)
                .setCommitter(SOMEBODY)
                .setSign(false)
                .call()
                .name();
    }

    private Stream<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            return files.toList().stream();
        }
    }

    private GitSource source() {
        return GitSource.at(work);
    }

    private SourceCommit fetch(GitSource source) {
        return GitFetch.of(source, scratch, new Cancellation());
    }

    private static byte[] bytes(SourceCommit commit) {
        try (ByteSource files = commit.files("Containerfile", new Cancellation())) {
            return BytesSource.readAll(files);
        }
    }

    /** What is in a tar stream: mode and content by name. */
    private static Map<String, String> unpacked(byte[] bytes) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes), UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String content =
                        entry.isSymbolicLink() ? "-> " + entry.getLinkName() : new String(tar.readAllBytes(), UTF_8);
                files.put(entry.getName(), Integer.toOctalString(entry.getMode() & 0777) + " " + content);
            }
        }
        return files;
    }

    private Map<String, String> files(GitSource source) throws IOException {
        try (SourceCommit commit = fetch(source)) {
            return unpacked(bytes(commit));
        }
    }

    private void assertRefused(GitSource source, ErrorCode code, Consumer<String> message) {
        assertThatThrownBy(() -> files(source)).isInstanceOfSatisfying(DeployException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            message.accept(e.getMessage());
        });
    }

    @Test
    void aCommitHasItsFilesWithTheirModesAndLinks() throws IOException {
        assertThat(files(source()))
                .containsExactly(
                        Map.entry("Containerfile", "644 FROM scratch\n"),
                        Map.entry("link", "777 -> src/길"),
                        Map.entry("run.sh", "755 #!/bin/sh\n"),
                        Map.entry("src/", "755 "),
                        Map.entry("src/길/", "755 "),
                        Map.entry("src/길/파일.txt", "644 내용"));
    }

    @Test
    void whatIsIgnoredIsNotPacked() throws IOException, GitAPIException {
        Files.writeString(work.resolve(".dockerignore"), ".env\nlogs/*\nsrc\n!src/길\n.dockerignore\nContainer*\n");
        Files.writeString(work.resolve(".env"), "PASSWORD=canary");
        Files.createDirectories(work.resolve("src/main"));
        Files.writeString(work.resolve("src/main/Main.java"), "");
        Files.createDirectories(work.resolve("logs"));
        Files.writeString(work.resolve("logs/.gitkeep"), "");
        commit("Private");

        assertThat(files(source()))
                .containsOnlyKeys(
                        ".dockerignore", "Containerfile", "link", "logs/", "run.sh", "src/길/", "src/길/파일.txt");
    }

    @Test
    void whatIsIgnoredMayBeMissingAndIsNotCounted() throws IOException, GitAPIException {
        Files.writeString(
                work.resolve("large.bin"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 5\n");
        Files.writeString(work.resolve("zeros"), "0".repeat(2_000_000));
        Files.writeString(work.resolve(".dockerignore"), "*.bin\nzeros\n");
        commit("Ignored");

        assertThat(files(source().atMost(1_000_000))).containsKey("run.sh").doesNotContainKeys("large.bin", "zeros");
    }

    @Test
    void aCancelledBuildReadsNoMoreOfTheFiles() {
        Cancellation cancellation = new Cancellation();
        try (SourceCommit commit = fetch(source());
                ByteSource files = commit.files("Containerfile", cancellation)) {
            cancellation.cancel("enough");

            assertThatThrownBy(() -> BytesSource.readAll(files)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void whatIsToldOfACommitIsItsOwn() {
        try (SourceCommit commit = fetch(source())) {
            assertThat(commit.id()).isEqualTo(first);
            assertThat(commit.subject()).isEqualTo("One");
            assertThat(commit.time()).isEqualTo(SOMEBODY.getWhenAsInstant().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    @Test
    void whatIsNotCommittedIsNotDeployed() throws IOException {
        Files.writeString(work.resolve("Containerfile"), "FROM other\n");
        Files.writeString(work.resolve("more"), "");

        assertThat(files(source()))
                .containsEntry("Containerfile", "644 FROM scratch\n")
                .doesNotContainKey("more");
    }

    @Test
    void theSameCommitIsTheSameStream() {
        try (SourceCommit one = fetch(source());
                SourceCommit other = fetch(source())) {
            assertThat(bytes(one)).isEqualTo(bytes(other));
            assertThat(bytes(one)).isEqualTo(bytes(other));
        }
    }

    @Test
    void branchesTagsAndCommitsAreFound() throws IOException, GitAPIException {
        git.tag()
                .setName("v1")
                .setMessage("the first")
                .setTagger(SOMEBODY)
                .setSigned(false)
                .call();
        git.tag().setName("light").setAnnotated(false).call();
        git.checkout().setCreateBranch(true).setName("feature/two").call();
        Files.writeString(work.resolve("two"), "2");
        String second = commit("Two");
        git.checkout().setName("main").call();

        assertThat(files(source())).doesNotContainKey("two");
        assertThat(files(source().branch("main"))).doesNotContainKey("two");
        assertThat(files(source().branch("feature/two"))).containsEntry("two", "644 2");
        assertThat(files(source().tag("v1"))).doesNotContainKey("two");
        assertThat(files(source().tag("light"))).doesNotContainKey("two");
        assertThat(files(source().commit(first))).doesNotContainKey("two");
        assertThat(files(source().commit(second))).containsEntry("two", "644 2");
    }

    @Test
    void aCommitInTheMiddleOfABranchIsFound() throws IOException, GitAPIException {
        Files.writeString(work.resolve("two"), "2");
        String second = commit("Two");
        Files.writeString(work.resolve("three"), "3");
        commit("Three");

        assertThat(files(source().commit(second))).containsKey("two").doesNotContainKey("three");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertRefused(source().branch("nope"), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains("branch nope"));
        assertRefused(source().tag("nope"), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains("tag nope"));
        String id = "1".repeat(40);
        assertRefused(source().commit(id), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains(id));
        assertRefused(GitSource.at(directory.resolve("nowhere")), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains("nowhere"));
        assertRefused(GitSource.at(scratch), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains("scratch"));
    }

    @Test
    void aRepositoryWithoutACommitHasNone() throws GitAPIException {
        Path empty = directory.resolve("empty");
        Git.init().setDirectory(empty.toFile()).call().close();

        assertRefused(GitSource.at(empty), ErrorCode.SOURCE_NOT_FOUND, m -> assertThat(m)
                .contains("no such commit"));
    }

    @Test
    void whatWouldBeMissingInTheBuildIsRefused() throws IOException, GitAPIException {
        Files.writeString(
                work.resolve("large.bin"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 5\n");
        commit("Large");

        assertRefused(source(), ErrorCode.SOURCE_UNUSABLE, m -> assertThat(m).contains("large.bin", "LFS"));
    }

    @Test
    void aSubmoduleIsRefused() throws IOException {
        ObjectId id = handmade(tree -> tree.append("vendor", FileMode.GITLINK, ObjectId.fromString(first)));

        assertRefused(source().commit(id.name()), ErrorCode.SOURCE_UNUSABLE, m -> assertThat(m)
                .contains("vendor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", ".git", ".GIT"})
    void aPathThatLeavesTheTreeIsRefused(String name) throws IOException {
        ObjectId id = handmade(tree -> tree.append(name, FileMode.REGULAR_FILE, blob("x")));

        assertRefused(source().commit(id.name()), ErrorCode.SOURCE_UNUSABLE, m -> {});
    }

    @Test
    void moreThanIsAllowedIsRefused() throws IOException, GitAPIException {
        Files.writeString(work.resolve("zeros"), "0".repeat(2_000_000));
        commit("Much");

        assertRefused(source().atMost(1_000_000), ErrorCode.SOURCE_UNUSABLE, m -> assertThat(m)
                .contains("1000000 bytes"));
        assertThat(files(source().atMost(3_000_000))).containsKey("zeros");
    }

    @Test
    void aCancelledFetchLeavesNothing() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("enough");

        assertThatThrownBy(() -> GitFetch.of(source(), scratch, cancellation)).isInstanceOf(CancelledException.class);
    }

    @Test
    void whatADeadProcessHasLeftIsRemovedAndWhatIsUsedIsNot() throws IOException {
        Path dead = Files.createDirectory(scratch.resolve("codeb-source-1"));
        Files.writeString(dead.resolve("lock"), "");
        Files.writeString(dead.resolve("pack"), "left");
        Path young = Files.createDirectory(scratch.resolve("codeb-source-2"));
        Path other = Files.createDirectory(scratch.resolve("other"));

        try (SourceCommit one = fetch(source());
                SourceCommit another = fetch(source())) {
            assertThat(unpacked(bytes(one))).isEqualTo(unpacked(bytes(another)));
            assertThat(dead).doesNotExist();
            assertThat(left()).hasSize(4);
        }

        assertThat(left()).containsExactlyInAnyOrder(young, other);
        Files.delete(young);
        Files.delete(other);
    }

    private ObjectId blob(String content) {
        try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
            ObjectId id = inserter.insert(Constants.OBJ_BLOB, content.getBytes(UTF_8));
            inserter.flush();
            return id;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A commit on a branch of its own, with a tree that no Git would make. */
    private ObjectId handmade(Consumer<TreeFormatter> entries) throws IOException {
        TreeFormatter tree = new TreeFormatter();
        entries.accept(tree);
        try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(inserter.insert(Constants.OBJ_TREE, tree.toByteArray()));
            commit.setAuthor(SOMEBODY);
            commit.setCommitter(SOMEBODY);
            commit.setMessage("Made by hand");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            RefUpdate update = git.getRepository().updateRef("refs/heads/handmade");
            update.setNewObjectId(id);
            assertThat(update.update()).isEqualTo(RefUpdate.Result.NEW);
            return id;
        }
    }
}
