# fish completion: all three commands of the suite are in one file.
source (status dirname)/git-clone-project.fish
