using System.Globalization;
using System.Runtime.InteropServices;

namespace MLOps.Testing;

/// <summary>The folder of a private Swift: its configuration, and where its objects lie.</summary>
internal static class SwiftFiles
{
    public static bool CanHaveFolder
    {
        get
        {
            if (Folder() is not { } folder)
            {
                return false;
            }

            Directory.Delete(folder);
            return true;
        }
    }

    /// <summary>Swift keeps an object's headers in extended attributes of its file.</summary>
    /// <returns>A new folder; null: no file system at hand has such attributes.</returns>
    public static string? Folder()
    {
        foreach (var parent in (string[])[Path.GetTempPath(), AppContext.BaseDirectory])
        {
            var folder = Path.Combine(parent, "mlops-swift-" + Guid.NewGuid().ToString("n"));
            Directory.CreateDirectory(folder);
            var value = new byte[1024];
            if (SetAttribute(folder, "user.mlops", value, (nuint)value.Length, 0) == 0)
            {
                return folder;
            }

            Directory.Delete(folder);
        }

        return null;
    }

    /// <param name="ports">Of proxy, account, container, object and memcached.</param>
    public static void Write(string folder, int[] ports)
    {
        void File(string name, FormattableString text) => System.IO.File.WriteAllText(Path.Combine(folder, name), text.ToString(CultureInfo.InvariantCulture));

        Directory.CreateDirectory(Path.Combine(folder, "devices", "disk"));
        File("swift.conf", $"""
            [swift-hash]
            swift_hash_path_prefix = mlops
            swift_hash_path_suffix = tests
            [storage-policy:0]
            name = only
            default = yes
            """);

        // What swift-ring-builder does in nine calls of a second each.
        File("rings.py", $"""
            from swift.common.ring import RingBuilder
            for name, port in (('account', {ports[1]}), ('container', {ports[2]}), ('object', {ports[3]})):
                builder = RingBuilder(4, 1, 0)
                builder.add_dev(dict(region=1, zone=1, ip='127.0.0.1', port=port, replication_ip='127.0.0.1', replication_port=port, device='disk', weight=1.0, meta=''))
                builder.rebalance()
                builder.get_ring().save('{folder}/' + name + '.ring.gz')
            """);
        foreach (var (server, port) in ((string, int)[])[("account", ports[1]), ("container", ports[2]), ("object", ports[3])])
        {
            File($"{server}.conf", $"""
                [DEFAULT]
                bind_ip = 127.0.0.1
                bind_port = {port}
                workers = 0
                user = {Environment.UserName}
                swift_dir = {folder}
                devices = {folder}/devices
                mount_check = false
                fallocate_reserve = 0
                [pipeline:main]
                pipeline = {server}-server
                [app:{server}-server]
                use = egg:swift#{server}
                """);
        }

        File("proxy.conf", $"""
            [DEFAULT]
            bind_ip = 127.0.0.1
            bind_port = {ports[0]}
            workers = 0
            user = {Environment.UserName}
            swift_dir = {folder}
            [pipeline:main]
            pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes proxy-server
            [app:proxy-server]
            use = egg:swift#proxy
            allow_account_management = true
            account_autocreate = true
            [filter:tempauth]
            use = egg:swift#tempauth
            user_test_tester = {SwiftServer.SecretAccessKey} .admin
            [filter:cache]
            use = egg:swift#memcache
            memcache_servers = 127.0.0.1:{ports[4]}
            [filter:s3api]
            use = egg:swift#s3api
            max_bucket_listing = 100
            [filter:catch_errors]
            use = egg:swift#catch_errors
            [filter:gatekeeper]
            use = egg:swift#gatekeeper
            [filter:listing_formats]
            use = egg:swift#listing_formats
            [filter:bulk]
            use = egg:swift#bulk
            [filter:copy]
            use = egg:swift#copy
            [filter:slo]
            use = egg:swift#slo
            [filter:dlo]
            use = egg:swift#dlo
            [filter:versioned_writes]
            use = egg:swift#versioned_writes
            """);
    }

    [DllImport("libc", EntryPoint = "setxattr", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAttribute(string path, string name, byte[] value, nuint size, int flags);
}
