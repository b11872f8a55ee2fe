package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.deploy.BuiltImage;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.ImageRequest;
import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Test;

/** Images are built by Podman, which can keep secrets out of them. */
class ImageBuilderIT extends ImageBuilderContract {
    @Override
    RuntimeConfig runtime() {
        return PostgresServer.runtime();
    }

    @Test
    void aSecretIsReadByTheBuildAndNotKept() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length\n"
                + "COPY . /context\nCMD [\"sh\", \"-c\", \"cat /length; ls /context\"]\n");

        BuiltImage image = build(request().secret("token", Secret.of("canary")));

        assertThat(run(image.name()).lines()).containsExactly("6", "Containerfile", "say.sh");
        assertThat(String.join("\n", said)).doesNotContain("canary");
    }

    @Test
    void aProjectWithoutContainersSaysWhatBuildsItsImages() throws IOException, GitAPIException {
        commit("FROM " + BASE + "\n");

        assertThatThrownBy(() -> build(ImageRequest.of("shop", GitSource.at(directory.resolve("work")))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("host builds no images");
    }
}
