package io.codeb.examples.springboot;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.model.Secret;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One CodeB for the whole application. */
@Configuration(proxyBeanMethods = false)
class BackupConfiguration {
    /** The project's name, which is also that of the backups' folder. */
    static final String PROJECT = "shop";

    /** Connects to nothing yet. When the application ends, what still goes on is cancelled and tidied up. */
    @Bean(destroyMethod = "close")
    CodeB codeb(BackupProperties properties) {
        Project shop = Project.postgresql(PROJECT)
                .container(properties.container())
                .database(properties.database())
                .user(properties.user())
                .password(Secret.env("SHOP_PASSWORD"));
        BackupRepository repository =
                BackupRepository.at(properties.directory()).zstd(3);
        return CodeB.builder().repository(repository).project(shop).build();
    }
}
