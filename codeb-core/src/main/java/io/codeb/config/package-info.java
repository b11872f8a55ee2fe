/** Repositories and projects from a file: what the command line is told, and applications can be. */
@NullMarked
package io.codeb.config;

import org.jspecify.annotations.NullMarked;
