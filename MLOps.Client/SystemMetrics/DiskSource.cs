namespace MLOps.Client.SystemMetrics;

/// <summary>The disk of the working directory's root, in 10^6 bytes and in percent of what a user may fill.</summary>
internal sealed class DiskSource : ISystemMetricSource
{
    private const double Megabyte = 1e6;

    public void Read(IDictionary<string, double> values)
    {
        long total, free, available;
        try
        {
            var drive = new DriveInfo(Path.GetPathRoot(Path.GetFullPath("."))!);
            (total, free, available) = (drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be asked has no figures.
            return;
        }

        // What only root may use is neither used nor available, as df counts.
        var used = total - free;
        values["disk_usage_megabytes"] = used / Megabyte;
        values["disk_available_megabytes"] = available / Megabyte;
        if (used + available > 0)
        {
            values["disk_usage_percentage"] = 100.0 * used / (used + available);
        }
    }
}
