package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.codeb.model.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitSourceTest {
    private static final GitSource SOURCE = GitSource.at("https://git.example.org/shop.git");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://git.example.org/shop.git",
                "https://git.example.org:8443/a/b",
                "ssh://git@git.example.org/shop.git",
                "http://127.0.0.1:8080/shop.git",
                "http://localhost/shop"
            })
    void repositoriesAreReadOverHttpsAndSsh(String url) {
        assertThat(GitSource.at(url).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "http://git.example.org/shop.git",
                "ftp://git.example.org/shop.git",
                "file:///etc",
                "ext::sh -c id",
                "--upload-pack=id",
                "https:///shop.git",
                "https://git.example.org/a b",
                "https://user:canary@git.example.org/shop.git",
                "https://canary@git.example.org/shop.git",
                "ssh://git:canary@git.example.org/shop.git"
            })
    void otherUrlsAndThoseWithSecretsAreRefusedAndNotTold(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> GitSource.at(url)).withMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "feature/a-b_c.1", "v1.0", "한국어", "a@b", "refs"})
    void branchesAndTagsHaveTheNamesThatGitAllows(String name) {
        assertThat(SOURCE.branch(name).name()).isEqualTo(name);
        assertThat(SOURCE.tag(name).kind()).isEqualTo(GitSource.Kind.TAG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-x",
                "/a",
                "a/",
                "a//b",
                "a..b",
                "a.lock",
                "a.lock/b",
                "a b",
                "a\tb",
                "a:b",
                "a*",
                "a?b",
                "a[b",
                "a\\b",
                "a^",
                "a~1",
                "a@{1}",
                "a.",
                ".a/.b/.c/..",
                "a\u007f"
            })
    void otherNamesAreNone(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.branch(name));
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.tag(name));
    }

    @Test
    void aCommitIsNamedInFull() {
        String id = "0123456789abcdef0123456789abcdef01234567";
        assertThat(SOURCE.commit(id).name()).isEqualTo(id);
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.commit(id.substring(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.commit("HEAD"));
    }

    @Test
    void aTokenIsForHttpsAndAKeyIsForSsh() {
        GitSource ssh = GitSource.at("ssh://git@git.example.org/shop.git");
        Secret secret = Secret.of("canary");
        assertThat(SOURCE.token(secret).login().orElseThrow().token()).isSameAs(secret);
        assertThat(ssh.key(secret, "git.example.org ssh-ed25519 AAAA").key()).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.token(secret));
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.key(secret, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.key(secret, " "));
    }

    @Test
    void limitsAreSensible() {
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.atMost(0));
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.silence(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> SOURCE.silence(Duration.ofDays(1)));
    }

    @Test
    void itsTextHoldsNoSecret() {
        assertThat(SOURCE.branch("main").token(Secret.of("canary")))
                .hasToString("https://git.example.org/shop.git, branch main");
        assertThat(GitSource.at(Path.of("/srv/shop.git"))).hasToString("file:///srv/shop.git");
    }
}
