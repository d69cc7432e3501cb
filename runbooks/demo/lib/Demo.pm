# The demo's processes: started in the background, found again, ended with the demo.
#
# Everything lies in $DEMO_STATE/$DEMO_ENVIRONMENT: a pid file that its process keeps locked, an address, a log.
# A process ends when it is told to, when that folder goes away, when the Lastmile server that started it has been
# gone for a minute, and after twelve hours at the latest: a demo must not outlive the people who look at it.
#
# Only what Debian's perl-base holds is used, so that a bare machine runs it.
package Demo;

use strict;
use warnings;
use Fcntl qw(:flock O_RDWR O_CREAT);
use File::Path qw(make_path);
use IO::Handle;
use IO::Socket::INET;
use POSIX ();

use constant {
    HOST             => '127.0.0.1',
    LOWEST_PORT      => 20_000,    # Below the range from which Linux takes ports for outgoing connections (32768).
    PORTS            => 10_000,
    LONGEST_LIFE     => 12 * 3600,
    SERVER_EVERY     => 5,
    SERVER_GONE      => 60,
};

my $lock;            # The locked pid file of this process.
my $pid_file;
my $last_duty;
my $born = time;
my $server_seen = time;
my $server_asked = time;

sub environment { return $ENV{DEMO_ENVIRONMENT} || fail('DEMO_ENVIRONMENT is not set: run this as an action of a demo target') }

sub place {
    my ($name) = @_;
    my $state = $ENV{DEMO_STATE} || fail('DEMO_STATE is not set: run this as an action of a demo target');
    return join '/', $state, environment(), $name;
}

sub say_now { my ($text) = @_; STDOUT->autoflush(1); print "$text\n"; return }

sub fail { my ($text, $code) = @_; STDOUT->flush; print STDERR "$text\n"; exit($code || 1) }

# --- addresses ---------------------------------------------------------------------------------------------------

# A socket bound to a free port that does not listen: connections to it are refused, and nobody else gets the port.
sub reserve_port {
    for (1 .. 200) {
        my $socket = bound(LOWEST_PORT + int rand PORTS, 0);
        return $socket if $socket;
    }
    fail('no free port between ' . LOWEST_PORT . ' and ' . (LOWEST_PORT + PORTS));
}

# `again` is for a port that was ours a moment ago: its old connections may still be winding down.
sub bound {
    my ($port, $again) = @_;
    socket(my $socket, Socket::PF_INET(), Socket::SOCK_STREAM(), 0) or return;
    setsockopt($socket, Socket::SOL_SOCKET(), Socket::SO_REUSEADDR(), 1) if $again;
    bind($socket, Socket::pack_sockaddr_in($port, Socket::inet_aton(HOST))) or return;
    # Only after the bind: connections that it accepts must not keep the port from being taken again, while another
    # demo that looks for a port must find this one taken.
    setsockopt($socket, Socket::SOL_SOCKET(), Socket::SO_REUSEADDR(), 1);
    return $socket;
}

sub port_of { my ($socket) = @_; return (Socket::unpack_sockaddr_in(getsockname $socket))[0] }

sub publish {
    my ($name, $port) = @_;
    write_file("$name.address", HOST . " $port\n");
    return;
}

# (host, port) of a name, or nothing.
sub address {
    my ($name) = @_;
    open my $file, '<', place("$name.address") or return;
    my ($host, $port) = split ' ', scalar <$file> // '';
    return ($host, $port);
}

# The connection, or undef with the system's reason in $!.
sub connect_to {
    my ($host, $port, $patience_s) = @_;
    return IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Proto => 'tcp', Timeout => $patience_s // 3);
}

# --- files -------------------------------------------------------------------------------------------------------

# Readers see the old text or the new one, never a half.
sub write_file {
    my ($name, $text) = @_;
    my $path = place($name);
    open my $file, '>', "$path.new.$$" or fail("$path can't be written: $!");
    print {$file} $text;
    close $file or fail("$path can't be written: $!");
    rename "$path.new.$$", $path or fail("$path can't be written: $!");
    return;
}

sub read_file {
    my ($name) = @_;
    open my $file, '<', place($name) or return '';
    local $/;
    return scalar(<$file>) // '';
}

# --- processes ---------------------------------------------------------------------------------------------------

# The process id of a running part of the demo, or undef: its pid file is locked for as long as it lives.
sub alive {
    my ($name) = @_;
    open my $file, '<', place("$name.pid") or return;
    return if flock $file, LOCK_SH | LOCK_NB;
    my $pid = <$file>;
    return defined $pid && $pid =~ /^(\d+)/ ? $1 : undef;
}

# Runs `serve` in the background under `name`. Gives the reading end of a pipe that holds what it reports before it
# closes STDOUT; the process's own output goes to its log.
sub background {
    my ($name, $serve) = @_;
    make_path(place(''));
    $pid_file = place("$name.pid");
    sysopen $lock, $pid_file, O_RDWR | O_CREAT or fail("$pid_file can't be opened: $!");
    flock $lock, LOCK_EX | LOCK_NB or fail("$name runs already");
    pipe my $reports, my $tell or fail("no pipe: $!");
    my $pid = fork // fail("no new process: $!");
    if ($pid) {
        truncate $lock, 0;
        syswrite $lock, "$pid\n";
        close $tell;
        close $lock;
        return ($pid, $reports);
    }
    close $reports;
    become_daemon($name);
    $tell->autoflush(1);
    $serve->($tell);
    leave();
}

# What the process table shows: the part, its environment, and whose demo it belongs to.
sub title { my ($name) = @_; $0 = join " ", "demo-$name-" . environment(), place(""); return }

sub become_daemon {
    my ($name) = @_;
    POSIX::setsid();
    chdir '/';
    title($name);
    open STDIN, '<', '/dev/null';
    open STDOUT, '>>', place("$name.log");
    open STDERR, '>&', \*STDOUT;
    STDOUT->autoflush(1);
    $SIG{TERM} = $SIG{INT} = sub { leave() };
    $SIG{PIPE} = $SIG{HUP} = 'IGNORE';
    $born = $server_seen = $server_asked = time;
    return;
}

# What a background process still has to do when it ends.
sub before_leaving { ($last_duty) = @_; return }

# In a child that a background process forked: the lock, and with it the name, stays with the parent.
sub disown { close $lock; undef $lock; undef $last_duty; return }

sub leave {
    $last_duty->() if $last_duty;
    unlink $pid_file if $lock && is_ours();
    exit 0;
}

# Whether the pid file is still the one that this process locked: a new demo may stand where an old one was.
sub is_ours {
    my @there = stat $pid_file or return 0;
    my @mine = stat $lock;
    return @mine && $there[1] == $mine[1] && $there[0] == $mine[0];
}

# Ends this background process if nobody wants it any more; to be asked a few times a second.
sub stay_or_leave {
    leave() if !is_ours() || time - $born > LONGEST_LIFE;
    my ($host, $port) = ($ENV{LASTMILE_RUN_URL} // '') =~ m{^http://([^/:]+):(\d+)/} or return;
    return if time - $server_asked < SERVER_EVERY;
    $server_asked = time;
    $server_seen = time if connect_to($host, $port, 1);
    leave() if time - $server_seen > SERVER_GONE;
    return;
}

# Ends a background process and waits until it is gone. Gives whether there was one.
sub end {
    my ($name) = @_;
    my $pid = alive($name) // return 0;
    open my $file, '<', place("$name.pid") or return 0;
    kill 'TERM', $pid;
    flock $file, LOCK_SH;    # Granted when the process has gone.
    return 1;
}

# Waits up to `seconds` for `socket` to become readable.
sub readable {
    my ($socket, $seconds) = @_;
    vec(my $bits = '', fileno $socket, 1) = 1;
    return select($bits, undef, undef, $seconds) > 0;
}

# The next connection to a listening socket, or undef if none came within a quarter of a second.
sub next_client {
    my ($listener) = @_;
    readable($listener, 0.25) or return;
    accept my $client, $listener or return;
    $client->autoflush(1);
    return $client;
}

1;
