/** The channel {@code mail}: alerts by e-mail. */
module io.codeb.mail {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires jakarta.mail;
    requires org.eclipse.angus.mail;

    exports io.codeb.mail;

    provides io.codeb.spi.alert.AlertChannelProvider with
            io.codeb.mail.MailChannelProvider;
}
