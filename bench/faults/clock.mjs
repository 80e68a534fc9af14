// Loaded before the driver (`node --import`): after MOORAGE_FAULTS_CLOCK_AFTER milliseconds its clock jumps by MOORAGE_FAULTS_CLOCK_BY.
const by = Number(process.env["MOORAGE_FAULTS_CLOCK_BY"] ?? 0);
const after = Number(process.env["MOORAGE_FAULTS_CLOCK_AFTER"] ?? 0);
const RealDate = Date;
const startedAt = RealDate.now();
const shift = () => (RealDate.now() - startedAt >= after ? by : 0);
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift());
    else super(...args);
  }
  static now() {
    return RealDate.now() + shift();
  }
};
