// Calls the inference service with @grpc/grpc-js, a gRPC implementation that is not ours, by the service's definition alone, and prints what it was given: one JSON object in the last line.
// Arguments: host:port, the .proto file, a model of one FP32 input x [-1, 3] and one output y [-1, 1].
'use strict'
const grpc = require('@grpc/grpc-js')
const loader = require('@grpc/proto-loader')

const [target, proto, model] = process.argv.slice(2)
const { inference } = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, longs: String, enums: String, oneofs: true }))
const client = new inference.GRPCInferenceService(target, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 })

const call = (method, request, options = {}) => new Promise((resolve, reject) =>
  client[method](request, new grpc.Metadata(), options, (error, answer) => (error ? reject(error) : resolve(answer))))
const refusal = (method, request) => call(method, request).then(() => 'none', (error) => ({ code: grpc.status[error.code], details: error.details }))
const floats = (...values) => Buffer.from(new Float32Array(values).buffer)
const input = (rest) => ({ name: 'x', datatype: 'FP32', shape: [2, 3], ...rest })

function stream (requests) {
  return new Promise((resolve, reject) => {
    const answers = []
    const both = client.ModelStreamInfer()
    both.on('data', (answer) => answers.push(answer.error_message ? 'refused' : answer.infer_response.id))
    both.on('error', reject)
    both.on('end', () => resolve(answers))
    requests.forEach((request) => both.write(request))
    both.end()
  })
}

async function main () {
  const raw = await call('ModelInfer', {
    model_name: model, id: 'raw-1', inputs: [input()], raw_input_contents: [floats(1, 2, 3, 0, 0, 0)],
    parameters: { event_time: { string_param: '2020-03-16' }, caller_key: { string_param: 'npm' } },
  })
  const typed = await call('ModelInfer', { model_name: model, inputs: [input({ contents: { fp32_contents: [1, 2, 3, 0, 0, 0] } })], outputs: [{ name: 'y' }] })
  const big = await call('ModelInfer', { model_name: model, inputs: [input({ shape: [1000000, 3] })], raw_input_contents: [Buffer.alloc(12000000)] })
  const metadata = await call('ModelMetadata', { name: model })
  const index = await call('RepositoryIndex', {})
  const statistics = await call('ModelStatistics', { name: model })
  return {
    live: (await call('ServerLive', {})).live,
    ready: (await call('ServerReady', {})).ready,
    model_ready: (await call('ModelReady', { name: model })).ready,
    extensions: (await call('ServerMetadata', {})).extensions,
    platform: metadata.platform,
    shape: metadata.inputs[0].shape,
    raw: { id: raw.id, version: raw.model_version, variant: raw.parameters.variant.string_param, y: [...new Float32Array(new Uint8Array(raw.raw_output_contents[0]).buffer)] },
    typed: typed.outputs[0].contents.fp32_contents,
    big: big.raw_output_contents[0].length,
    index: index.models.filter((entry) => entry.name === model).map((entry) => entry.state),
    rows: statistics.model_stats[0].inference_count,
    unknown: await refusal('ModelInfer', { model_name: 'nobody', inputs: [input({ contents: { fp32_contents: [1, 2, 3, 0, 0, 0] } })] }),
    short: await refusal('ModelInfer', { model_name: model, inputs: [input()], raw_input_contents: [floats(1)] }),
    mixed: await refusal('ModelInfer', { model_name: model, inputs: [input({ contents: { fp32_contents: [1] } })], raw_input_contents: [floats(1, 2, 3, 0, 0, 0)] }),
    streamed: await stream(['a', 'b', 'c'].map((id) => ({ model_name: id === 'b' ? 'nobody' : model, id, inputs: [input()], raw_input_contents: [floats(1, 2, 3, 0, 0, 0)] }))),
  }
}

main().then(
  (result) => {
    console.log(JSON.stringify(result))
    client.close()
  },
  (error) => {
    console.error(error)
    process.exitCode = 1
    client.close()
  },
)
