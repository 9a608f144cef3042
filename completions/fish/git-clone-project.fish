# fish completion for git-clone-project, git-route-patch and git-subprojects.

# It is read for each of them.
functions -q __git_subprojects_answer; and return

# Answer for the command that the line begins with.
function __git_subprojects_answer
    set -l asked (commandline -opc)[1]
    if status stack-trace | string match -q '*__fish_git_complete_custom_command*'
        # "git clone-project" was typed, and fish's completion of git asks as if it were "git-clone-project". The line
        # as it was typed is in a variable of its.
        set -l place (__git_subprojects_place $__fish_git_cmdline)
        set -q place[1]
        and set asked git $place (string replace -r '^.*git-' '' -- $asked)
    end
    set -lx COMP_LINE (commandline -p)
    set -lx COMP_POINT (string length -- (commandline -cp))
    set -lx _ARGCOMPLETE 1
    set -lx _ARGCOMPLETE_DFS \t
    set -lx _ARGCOMPLETE_IFS \n
    set -lx _ARGCOMPLETE_SHELL fish
    set -lx _ARGCOMPLETE_SUPPRESS_SPACE 1
    $asked 8>&1 9>/dev/null >/dev/null 2>/dev/null </dev/null
end

# Print the options of the last git in a line that say in which repository it is to run.
function __git_subprojects_place --argument-names line
    set -l place
    printf %s $line | read -lzat words
    while set -q words[1]
        switch $words[1]
            case git
                set place
            case -C --git-dir --work-tree
                set -a place $words[1] (string replace -r '^~(?=/|$)' ~ -- $words[2])
                set -e words[1]
            case '--git-dir=*' '--work-tree=*'
                set -a place $words[1]
        end
        set -e words[1]
    end
    string join \n -- $place
end

for name in clone-project route-patch subprojects
    complete -c git-$name -f -a '(__git_subprojects_answer)'
    # fish 3.6.0 alone does not find its way from git to git-clone-project.
    if test "$version" = 3.6.0
        complete -c git -f -n __fish_git_needs_command -a $name -d 'Custom command'
        complete -c git -f -n "__fish_git_using_command $name" -a "(__fish_git_complete_custom_command $name)"
    end
end
