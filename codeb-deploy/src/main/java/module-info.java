/** Guards the database of an application that is deployed. */
@SuppressWarnings("requires-automatic") // JGit and MINA have names in their manifests, which they keep
module io.codeb.deploy {
    requires transitive io.codeb;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    requires org.apache.commons.compress;
    requires org.apache.sshd.osgi;
    requires org.eclipse.jgit;
    requires org.eclipse.jgit.ssh.apache;
    requires org.slf4j;

    exports io.codeb.deploy;

    uses io.codeb.spi.storage.StorageProvider;
}
