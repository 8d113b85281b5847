using System.Globalization;

namespace MLOps.Bench.Load;

/// <summary>Processor time of other processes with their descendants, as Linux counts it (in hundredths of a second), by role.</summary>
/// <param name="roles">A role and its process, several times for a role of several processes.</param>
internal sealed class ProcessorMeter(IReadOnlyList<(string Role, int Process)> roles)
{
    private const double TicksPerSecond = 100;

    /// <summary>The load program's own role.</summary>
    public const string Client = "client";

    public IReadOnlyList<string> Roles { get; } = [.. roles.Select(role => role.Role).Distinct(), Client];

    /// <summary>Seconds of processor time so far, in the order of <see cref="Roles"/>.</summary>
    /// <exception cref="NotSupportedException">A process is not there, or has ended.</exception>
    public double[] Read()
    {
        // Children that live are counted one by one, those that have ended are in their parent's numbers.
        var all = Directory.GetDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? Stat(id) : null).OfType<Times>().ToDictionary(times => times.Id);
        var children = all.Values.ToLookup(times => times.Parent);
        double Of(int id) => (all.TryGetValue(id, out var times) ? times.Seconds : throw new NotSupportedException($"there is no process {id} to measure")) + children[id].Sum(child => Of(child.Id));
        var processes = roles.Append((Role: Client, Process: Environment.ProcessId)).ToArray();
        return [.. Roles.Select(role => processes.Where(process => process.Role == role).Sum(process => Of(process.Process)))];
    }

    /// <returns>Null: the process has ended meanwhile.</returns>
    private static Times? Stat(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");

            // The second field is the program's name in parentheses and may have anything in it.
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            double Ticks(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture) / TicksPerSecond;
            return new Times(id, int.Parse(fields[1], CultureInfo.InvariantCulture), Ticks(11) + Ticks(12) + Ticks(13) + Ticks(14));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Times(int Id, int Parent, double Seconds);
}
