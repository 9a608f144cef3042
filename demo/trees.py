"""What stands in the upstream repositories: small stand-ins that build in no time, without a compiler."""

Tree = dict[str, str | bytes]
"""Files by their path."""

LINUX: Tree = {
    ".gitignore": "*.o\n/tools/perf/perf\n",
    "Kbuild": "obj-y += init/\nobj-y += kernel/\nobj-y += fs/\nobj-$(CONFIG_KVM) += virt/\n",
    "MAINTAINERS": """\
List of maintainers
===================

DOCUMENTATION
M:	Docs Keeper <docs@example.org>
L:	linux-doc@vger.kernel.org
S:	Maintained
F:	Documentation/
X:	Documentation/trace/

EXT4 FILE SYSTEM
M:	"Theodore Ts'o" <ext4@example.org>
L:	linux-ext4@vger.kernel.org
S:	Maintained
F:	fs/ext3/
F:	fs/ext4/

KERNEL VIRTUAL MACHINE (KVM)
M:	Kernel Virtualizer <kvm@example.org>
L:	kvm@vger.kernel.org
S:	Supported
F:	virt/kvm/

PERFORMANCE EVENTS SUBSYSTEM
M:	Perf Keeper <perf@example.org>
R:	Perf Reader <reader@example.org>
L:	linux-perf-users@vger.kernel.org
L:	linux-kernel@vger.kernel.org
S:	Supported
F:	tools/lib/perf/
F:	tools/perf/

TRACING
M:	Trace Keeper <trace@example.org>
R:	Trace Reader <ring-buffer@example.org>
L:	linux-trace-kernel@vger.kernel.org
S:	Maintained
F:	Documentation/trace/
N:	ftrace
K:	\\btrace_[a-z_]+\\(

THE REST
L:	linux-kernel@vger.kernel.org
S:	Buried alive in reporters
F:	*
F:	*/
""",
    "README": "Linux kernel\n============\n\nA small stand-in for it, made for a demonstration.\n",
    "Documentation/process/submitting-patches.rst": """\
Submitting patches
==================

Describe your changes. Separate your changes. Sign your work: ``git commit -s``.
""",
    "Documentation/trace/ftrace.rst": "ftrace - Function Tracer\n========================\n",
    "init/main.c": """\
// SPDX-License-Identifier: GPL-2.0
#include <linux/init.h>

void start_kernel(void)
{
	setup_arch();
	rest_init();
}
""",
    "kernel/fork.c": """\
// SPDX-License-Identifier: GPL-2.0
struct task_struct *copy_process(void)
{
	struct task_struct *p = dup_task_struct(current);

	trace_sched_process_fork(current, current);
	return p;
}
""",
    "fs/ext4/super.c": "// SPDX-License-Identifier: GPL-2.0\nint ext4_fill_super(void);\n",
    "virt/kvm/kvm_main.c": "// SPDX-License-Identifier: GPL-2.0\nint kvm_init(void);\n",
    "tools/lib/perf/cpumap.c": "// SPDX-License-Identifier: GPL-2.0\nint perf_cpu_map__nr(void);\n",
    "tools/perf/Makefile": """\
perf: perf.c builtin-list.c
	@echo '  LINK    perf'
	@cat perf.c builtin-list.c > $@
""",
    "tools/perf/perf.c": "// SPDX-License-Identifier: GPL-2.0\nint main(int argc, const char **argv);\n",
    "tools/perf/builtin-list.c": """\
// SPDX-License-Identifier: GPL-2.0
static const char *const events[] = {
	"branch-misses",
	"cache-misses",
	"cpu-cycles",
	"instructions",
};

int cmd_list(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(events) - 1; i++)
		printf("  %s\\n", events[i]);
	return 0;
}
""",
}


def linux_version(version: str) -> Tree:
    """Return what a release of Linux changes."""
    major, minor, *rest = version.split(".")
    numbers = f"VERSION = {major}\nPATCHLEVEL = {minor}\nSUBLEVEL = {'.'.join(rest) or 0}\n"
    return {"Makefile": f"{numbers}\nall:\n\t@echo '  LD      vmlinux'\n\t@cat init/*.c kernel/*.c > vmlinux\n"}


def systemtap_version(version: str) -> Tree:
    """Return what a release of systemtap changes."""
    return {"NEWS": f"* What's new in version {version}\n"}


def makefile(target: str, sources: str) -> str:
    """Return a Makefile that makes ``target`` of ``sources``."""
    return f"all: {target}\n\n{target}: {sources}\n\t@echo '  LINK    {target}'\n\t@cat {sources} > $@\n"


CONFIGURE = """\
#!/bin/sh
# As the real ones do: reads Makefile.in where this script lies, and writes Makefile in the current folder.
source=$(dirname "$0")
echo "checking for source files... $source"
sed "s,@srcdir@,$source,g" "$source/Makefile.in" > Makefile
echo "configure: creating Makefile"
"""

SYSTEMTAP: Tree = {
    ".gitignore": "/Makefile\n/stap\n",
    "HACKING": "Patches go to the list, made by 'git format-patch -s'.\n",
    "Makefile.in": makefile("stap", "@srcdir@/main.cxx @srcdir@/staprun/staprun.c"),
    "configure": CONFIGURE,
    "main.cxx": "// systemtap translator/driver\nint main (int argc, char * const argv []);\n",
    "staprun/staprun.c": """\
/* Return the size of a buffer in MB, from 1 to 4095; 0 if ARG is none.  */
int
parse_buffer_size (const char *arg)
{
  int size = atoi (arg);
  if (size < 1 && size > 4095)
    {
      err ("Invalid buffer size '%s' (should be 1-4095).\\n", arg);
      return 0;
    }
  return size;
}
""",
}

CHECKPATCH = """\
#!/bin/sh
# As the real one, it is run on a patch file, the last word, and ends with 1 where it finds anything.
for file; do :; done
! grep -n '^+.*(void\\*)' "$file" | sed 's/^\\([0-9]*\\):.*/\\1: WARNING: no need for a cast/' | grep .
"""

VL = """\
int main(int argc, char **argv, char **envp);

enum { DEFAULT_RAM = 128 };
enum { MAX_CPUS = 255 };

void qemu_system_shutdown(void);
void qemu_system_powerdown(void);
void qemu_system_wakeup(void);
void qemu_system_reset(void);
"""

QEMU: Tree = {
    ".gitignore": "/build/\n",
    "MAINTAINERS": """\
QEMU Maintainers
================

X86 KVM CPUs
M: Kernel Virtualizer <kvm@example.org>
L: kvm@vger.kernel.org
S: Supported
F: kvm-all.c
""",
    "Makefile.in": makefile("qemu-system-x86_64", "@srcdir@/vl.c @srcdir@/kvm-all.c"),
    "configure": CONFIGURE,
    "docs/devel/submitting-a-patch.rst": "Submitting a Patch\n==================\n\nTo the list, with a sign-off.\n",
    "kvm-all.c": "int kvm_init(void);\n",
    "scripts/checkpatch.pl": CHECKPATCH,
    "vl.c": VL,
}

KVM_ALL: Tree = {"kvm-all.c": "int kvm_init(void);\nint kvm_irqchip_create(void);\n"}

OF_THE_FORK: Tree = {
    **KVM_ALL,
    "vl.c": "/* KVM is on by default. */\n\n" + VL.replace("= 255", "= 16"),
}

SEABIOS: Tree = {
    ".gitignore": "/bios.bin\n",
    "Makefile": makefile("bios.bin", "src/post.c src/boot.c"),
    "docs/Contributing.md": "Patches go to the mailing list, with a Signed-off-by line.\n",
    "src/boot.c": "void startBoot(void);\n",
    "src/post.c": "void handle_post(void);\n",
}

E2FSPROGS: Tree = {
    ".gitignore": "/build/\n",
    "Makefile.in": makefile("e2fsck", "@srcdir@/e2fsck/unix.c @srcdir@/lib/ext2fs/openfs.c"),
    "SUBMITTING-PATCHES": "Sign your work, and send it to the list.\n",
    "configure": CONFIGURE,
    "e2fsck/unix.c": "int main (int argc, char *argv[]);\n",
    "lib/ext2fs/openfs.c": "errcode_t ext2fs_open(const char *name);\n",
}
