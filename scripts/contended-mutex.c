// Tells ThreadSanitizer what a contended Mutex of Swift does. Its quick path is atomic and seen; a thread that has to
// wait does so by a system call inside the standard library, which the sanitizer does not see, and every value that
// such a lock guards would be reported as a race. Preloaded by scripts/thread-sanitizer; nothing of the product.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

long syscall(long number, ...) {
    static long (*next)(long, ...);
    if (!next) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    va_list list;
    va_start(list, number);
    long argument[6];
    for (int index = 0; index < 6; index++) argument[index] = va_arg(list, long);
    va_end(list);

    int operation = number == SYS_futex ? (int)argument[1] & FUTEX_CMD_MASK : -1;
    if (operation == FUTEX_UNLOCK_PI && __tsan_release) __tsan_release((void *)argument[0]);
    long result = next(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
    int isLocked = operation == FUTEX_LOCK_PI || operation == FUTEX_TRYLOCK_PI;
    if (isLocked && result == 0 && __tsan_acquire) __tsan_acquire((void *)argument[0]);
    return result;
}
