/** What CodeB does, and how backups are, as metrics. */
@NullMarked
package io.codeb.micrometer;

import org.jspecify.annotations.NullMarked;
