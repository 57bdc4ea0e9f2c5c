/** Even spreading over zones and nodes, asked for or by default. Pure logic over {@code scheduler.framework} and {@code placement}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.podtopologyspread;
