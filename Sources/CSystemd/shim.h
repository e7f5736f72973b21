#ifndef BURSAR_CSYSTEMD_SHIM_H
#define BURSAR_CSYSTEMD_SHIM_H

#define SD_JOURNAL_SUPPRESS_LOCATION 1
#include <sys/timex.h>
#include <systemd/sd-journal.h>

#endif
