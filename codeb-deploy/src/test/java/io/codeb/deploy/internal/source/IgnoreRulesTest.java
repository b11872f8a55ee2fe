package io.codeb.deploy.internal.source;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.deploy.DeployException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreRulesTest {
    @TempDir
    private Path directory;

    private Git git;
    private DirCacheBuilder files;

    @BeforeEach
    void aRepository() throws GitAPIException {
        git = Git.init().setBare(true).setDirectory(directory.toFile()).call();
        files = DirCache.newInCore().builder();
    }

    @AfterEach
    void close() {
        git.close();
    }

    private void put(String path, FileMode mode, byte[] content) throws IOException {
        try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
            DirCacheEntry entry = new DirCacheEntry(path);
            entry.setFileMode(mode);
            entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, content));
            files.add(entry);
            inserter.flush();
        }
    }

    private void put(String path, String content) throws IOException {
        put(path, FileMode.REGULAR_FILE, content.getBytes(UTF_8));
    }

    private IgnoreRules rules(String containerfile) throws IOException {
        files.finish();
        try (ObjectInserter inserter = git.getRepository().newObjectInserter();
                RevWalk walk = new RevWalk(git.getRepository())) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(files.getDirCache().writeTree(inserter));
            commit.setAuthor(new PersonIdent("Somebody", "somebody@example.org"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage("Files");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return IgnoreRules.of(git.getRepository(), walk.parseCommit(id), containerfile);
        }
    }

    private IgnoreRules rules() throws IOException {
        return rules("Containerfile");
    }

    private IgnoreRules saying(String... lines) throws IOException {
        put(".dockerignore", String.join("\n", lines));
        return rules();
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::rules).isInstanceOfSatisfying(DeployException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNUSABLE);
            assertThat(e).hasMessageContainingAll(parts);
        });
    }

    @Test
    void withoutAnIgnoreFileNothingIsIgnored() throws IOException {
        put("a", "");

        assertThat(rules().ignores("a")).isFalse();
    }

    @Test
    void theLastLineThatIsSaidOfAFileCounts() throws IOException {
        IgnoreRules rules = saying("docs", "!docs/*.md", "docs/secret.md");

        assertThat(rules.ignores("docs")).isTrue();
        assertThat(rules.ignores("docs/a.txt")).isTrue();
        assertThat(rules.ignores("docs/a.md")).isFalse();
        assertThat(rules.ignores("docs/secret.md")).isTrue();
        assertThat(rules.ignores("other.md")).isFalse();
    }

    @Test
    void anExceptionForADirectoryIsOneForAllThatIsInIt() throws IOException {
        IgnoreRules rules = saying("**", "!app");

        assertThat(rules.ignores("app/src/main")).isFalse();
        assertThat(rules.ignores("apple")).isTrue();
    }

    @Test
    void commentsSpacesAndSlashesAreNoPartOfAPattern() throws IOException {
        IgnoreRules rules =
                saying("\uFEFF# a", "#b", "", "\t c \r", "/d/", "! /d/e ", "./f", "g/../h", "/", ".", " #i");

        assertThat(rules.ignores("a")).isFalse();
        assertThat(rules.ignores("b")).isFalse();
        assertThat(rules.ignores("c")).isTrue();
        assertThat(rules.ignores("d/x")).isTrue();
        assertThat(rules.ignores("d/e")).isFalse();
        assertThat(rules.ignores("f")).isTrue();
        assertThat(rules.ignores("g")).isFalse();
        assertThat(rules.ignores("h")).isTrue();
        assertThat(rules.ignores("#i")).isTrue();
    }

    @Test
    void whatTheServiceNeedsItGets() throws IOException {
        put("docker/Containerfile", "");
        put(".dockerignore", "*");
        IgnoreRules rules = rules("./docker/Containerfile");

        assertThat(rules.ignores("docker/Containerfile")).isFalse();
        assertThat(rules.ignores(".dockerignore")).isFalse();
        assertThat(rules.ignores("docker/other")).isTrue();
    }

    @Test
    void theNearestIgnoreFileCountsAndNoOther() throws IOException {
        put(".dockerignore", "a");
        put("other/.dockerignore", "d");
        assertThat(rules().ignores("a")).isTrue();

        put(".containerignore", "b");
        assertThat(rules().ignores("a")).isFalse();
        assertThat(rules().ignores("b")).isTrue();

        put("docker/App.containerignore", "c");
        assertThat(rules().ignores("b")).isTrue();
        assertThat(rules("docker/App").ignores("b")).isFalse();
        assertThat(rules("docker/App").ignores("c")).isTrue();

        put("docker/App.dockerignore", "");
        assertThat(rules("docker/App").ignores("c")).isFalse();
        assertThat(rules("docker/App").ignores("d")).isFalse();
    }

    @Test
    void aLineThatIsNoPatternIsToldByItsNumber() throws IOException {
        put(".dockerignore", "a\n# [\nkey[0-\nb");

        assertRefused(".dockerignore, line 3", "'key[0-'");
    }

    @Test
    void anExceptionForNothingIsRefused() throws IOException {
        put(".dockerignore", "a\n! \n");

        assertRefused(".dockerignore, line 2", "'!'");
    }

    @Test
    void whatIsNoTextInUtf8IsRefused() throws IOException {
        put(".containerignore", FileMode.REGULAR_FILE, new byte[] {'a', (byte) 0xFF});
        assertRefused(".containerignore", "UTF-8");
        put("Containerfile.dockerignore", FileMode.EXECUTABLE_FILE, ".env\n".getBytes(UTF_16LE));
        assertRefused("Containerfile.dockerignore", "zero");
    }

    @Test
    void anIgnoreFileOfAnySizeIsNotRead() throws IOException {
        put(".dockerignore", "a\n".repeat(131_072));
        assertThat(rules().ignores("a")).isTrue();
        put(".containerignore", "a\n".repeat(131_072) + "b");
        assertRefused(".containerignore", "262144 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "directory", "submodule"})
    void whatIsNoFileIsRefused(String kind) throws IOException {
        switch (kind) {
            case "link" -> put(".dockerignore", FileMode.SYMLINK, "other".getBytes(UTF_8));
            case "directory" -> put(".dockerignore/a", "");
            default -> {
                DirCacheEntry submodule = new DirCacheEntry(".dockerignore");
                submodule.setFileMode(FileMode.GITLINK);
                submodule.setObjectId(ObjectId.fromString("1".repeat(40)));
                files.add(submodule);
            }
        }

        assertRefused(".dockerignore is no file");
    }
}
